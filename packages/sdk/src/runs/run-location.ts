import type { RunCreated } from "./run-payload.ts";

/** The run that a `Content-Location` names: `/threads/{thread}/runs/{run}`, or `/runs/{run}` of a stateless run. */
export function runInLocation(contentLocation: string | null): RunCreated | undefined {
  const match = contentLocation?.match(/(?:\/threads\/([^/?#]+))?\/runs\/([^/?#]+)/);
  const [, threadId, runId] = match ?? [];
  if (runId === undefined) return undefined;
  const run = { run_id: decodeURIComponent(runId) };
  return threadId === undefined ? run : { ...run, thread_id: decodeURIComponent(threadId) };
}
