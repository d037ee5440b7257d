import { type ServerOptions, tracingServiceLinks } from "@heddle/server";

/** An hour, as the hosted platform has it. */
const DEFAULT_RUN_TIMEOUT_S = 3600;

/**
 * What the environment says of a server, under the names the official tools use: `BG_JOB_TIMEOUT_SECS` (0 for no limit),
 * `LANGSMITH_API_KEY` with `LANGSMITH_ENDPOINT`, `LANGGRAPH_CONFIG` (graph id → config and context of its default assistant).
 *
 * @throws Error that names the variable and what is wrong with it.
 */
export function readServerEnv(
  env: NodeJS.ProcessEnv,
): Pick<ServerOptions, "runTimeoutMs" | "feedbackLinks" | "assistantDefaults"> {
  const apiKey = env.LANGSMITH_API_KEY;
  const url = env.LANGSMITH_ENDPOINT ?? "https://api.smith.langchain.com";
  return {
    runTimeoutMs: readTimeout(env.BG_JOB_TIMEOUT_SECS),
    feedbackLinks: apiKey ? tracingServiceLinks({ url, apiKey }) : undefined,
    assistantDefaults: readAssistantDefaults(env.LANGGRAPH_CONFIG),
  };
}

function readTimeout(text: string | undefined): number | undefined {
  const seconds = text === undefined || text === "" ? DEFAULT_RUN_TIMEOUT_S : Number(text);
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw new Error(`BG_JOB_TIMEOUT_SECS has to be a number of seconds, or 0 for no limit, not "${text}"`);
  }
  return seconds === 0 ? undefined : seconds * 1000;
}

function readAssistantDefaults(text: string | undefined): ServerOptions["assistantDefaults"] {
  if (text === undefined || text === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`LANGGRAPH_CONFIG is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof value === "object" && value !== null && Object.values(value).every(isObject)) {
    return value as ServerOptions["assistantDefaults"];
  }
  throw new Error('LANGGRAPH_CONFIG has to be an object such as {"<graph id>": {"configurable": {}, "context": {}}}');
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
