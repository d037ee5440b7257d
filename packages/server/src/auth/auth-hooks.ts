import { toRefusal } from "./refusal.ts";

/** What a handler of `Auth.on` is called with. */
export interface HandlerCall {
  event: string;
  resource: string;
  action: string;
  /** What is asked for; a handler may change it. */
  value: Record<string, unknown>;
  permissions: string[];
  user: Record<string, unknown>;
}

export type AuthHandler = (call: HandlerCall) => unknown;

/** The user's own authentication and authorization: an `Auth` of the official SDK or of ours. */
export interface AuthHooks {
  /** undefined when requests are authenticated in a built-in way. */
  authenticate: ((request: Request) => Promise<unknown>) | undefined;
  /** By key: `threads:create`, `threads`, `*:create`, `*`. */
  handlers: ReadonlyMap<string, AuthHandler>;
}

/** Where an `Auth` of either SDK keeps what it was given. */
const CACHE = "~handlerCache";

/**
 * An `Auth` instance, known by its shape: the project brings its own copy of the SDK.
 *
 * @throws Error when the export is none.
 */
export function toAuthHooks(exported: unknown): AuthHooks {
  const cache = isRecord(exported) ? exported[CACHE] : undefined;
  if (!isRecord(cache))
    throw new Error("it is not an instance of Auth of @langchain/langgraph-sdk/auth or @heddle/sdk/auth");
  const { authenticate, callbacks } = cache;
  const handlers = new Map<string, AuthHandler>();
  for (const [key, handler] of Object.entries(isRecord(callbacks) ? callbacks : {})) {
    if (typeof handler === "function") handlers.set(key, (call) => calling(() => handler(call)));
  }
  return {
    authenticate: typeof authenticate === "function" ? (request) => calling(() => authenticate(request)) : undefined,
    handlers,
  };
}

async function calling(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (thrown) {
    throw toRefusal(thrown);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
