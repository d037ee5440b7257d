import type { Logger } from "pino";

/** Makes the links by which whoever reads a run can rate it. */
export interface FeedbackLinks {
  /** Feedback key → link. */
  create(runId: string, keys: readonly string[]): Promise<Record<string, string>>;
}

export interface TracingServiceOptions {
  /** Of LangSmith's API, such as `https://api.smith.langchain.com`. */
  url: string;
  apiKey: string;
}

const TIMEOUT_MS = 5000;

/** How long a link can be used. */
const EXPIRES_IN = { days: 0, hours: 3, minutes: 0 };

/** Links of the tracing service that the graphs' traces go to: its feedback tokens. */
export function tracingServiceLinks({ url, apiKey }: TracingServiceOptions): FeedbackLinks {
  const create = async (runId: string, key: string): Promise<[string, string]> => {
    const response = await fetch(`${url.replace(/\/+$/, "")}/feedback/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": apiKey },
      body: JSON.stringify({ run_id: runId, feedback_key: key, expires_in: EXPIRES_IN }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`The tracing service answered ${response.status} to a link for "${key}"`);
    const body = (await response.json()) as { url?: unknown };
    if (typeof body.url !== "string") throw new Error(`The tracing service gave no link for "${key}"`);
    return [key, body.url];
  };
  return {
    create: async (runId, keys) => Object.fromEntries(await Promise.all(keys.map((key) => create(runId, key)))),
  };
}

/** The data of a run's `feedback` event; undefined when no link could be made, which is no failure of the run. */
export async function feedbackData(
  run: { runId: string; kwargs: { feedback_keys?: string[] | null | undefined } },
  links: FeedbackLinks | undefined,
  logger: Logger,
): Promise<string | undefined> {
  const keys = run.kwargs.feedback_keys ?? [];
  if (links === undefined || keys.length === 0) return undefined;
  try {
    return JSON.stringify(await links.create(run.runId, keys));
  } catch (error) {
    logger.warn({ err: error, run_id: run.runId }, "feedback links could not be made");
    return undefined;
  }
}
