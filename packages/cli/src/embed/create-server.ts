import { resolve } from "node:path";
import { createServer as createAgentServer, parseConfig, type ServerOptions } from "@heddle/server";
import { type Logger, pino } from "pino";
import { databaseAddress } from "../database-address.ts";
import { openDatabase } from "../open-backend.ts";
import { packageVersion } from "../package-version.ts";

export interface EmbeddedServerOptions {
  /** Graph id → the graph, its builder, a function that returns one, or `./file.js:export`. */
  graphs: Record<string, unknown>;
  /**
   * `sqlite:FILE` or `postgres://…`.
   * @default .heddle/heddle.db in `root`
   */
  database?: string;
  /**
   * What paths are relative to.
   * @default the folder the process was started in
   */
  root?: string;
  /**
   * How many runs this process executes at the same time; 0 for one that only answers requests.
   * @default 10
   */
  concurrency?: number;
  /** As `auth`, `http` and `webhooks` of langgraph.json; `http.mount_prefix` is where the app mounts the server. */
  auth?: Record<string, unknown>;
  http?: Record<string, unknown>;
  webhooks?: Record<string, unknown>;
  /** An `Auth` with the app's own handlers, in place of `auth.path`. */
  authHooks?: unknown;
  /** @default writes warnings and errors to stderr */
  logger?: Logger;
}

/** An Agent Server inside of a Node app. */
export interface EmbeddedServer {
  /** Answers a request, as `fetch` handlers of Hono, Next.js and others do. */
  fetch(request: Request): Promise<Response>;
  /** Hands back running graphs, waits until what was said is durable, and closes the database. */
  close(): Promise<void>;
}

/**
 * Serves graphs from within an app: the API of `heddle serve` without a port of its own.
 *
 * @example
 * const agents = await createServer({ graphs: { agent: graph }, database: "sqlite:agents.db" });
 * app.all("/agents/*", (context) => agents.fetch(context.req.raw)); // with http: { mount_prefix: "/agents" }
 *
 * @throws Error that says what of the configuration is wrong, or which graph could not be loaded
 */
export async function createServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { auth, http, webhooks, authHooks } = options;
  const root = resolve(options.root ?? ".");
  const config = parseConfig({ graphs: {}, ...withoutAbsent({ auth, http, webhooks }) }, "the options of createServer");
  const logger = options.logger ?? pino({ level: "warn" }, pino.destination({ fd: 2, sync: true }));
  const graphs: ServerOptions["graphs"] = Object.entries(options.graphs).map(([graphId, graph]) => ({
    graphId,
    from: typeof graph === "string" ? graph : { graph },
  }));
  const backend = await openDatabase(databaseAddress(options.database, undefined, root));
  try {
    const server = await createAgentServer({
      backend,
      graphs,
      root,
      logger,
      version: packageVersion(),
      concurrency: options.concurrency ?? 10,
      auth: config.auth ?? (authHooks === undefined ? undefined : {}),
      authHooks,
      http: config.http,
      webhooks: { config: config.webhooks, secret: process.env.HEDDLE_WEBHOOK_SECRET, env: process.env },
    });
    const [failure] = server.graphs.failures();
    if (failure !== undefined) {
      await server.close();
      throw failure.error;
    }
    return {
      fetch: async (request) => server.fetch(request),
      close: async () => {
        await server.close();
        await backend.close();
      },
    };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
