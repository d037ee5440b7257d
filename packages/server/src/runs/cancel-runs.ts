import { type AccessFilter, passesAccess, type RunRecord } from "@heddle/backend";
import type { CancelAction } from "@heddle/protocol";
import type { ServerTools } from "../server-tools.ts";
import { cancelRun } from "./cancel-run.ts";

/** Which runs: those with these ids, or all that are in a state; in both cases only of the thread, if one is named. */
export interface RunChoice {
  threadId?: string | undefined;
  runIds?: string[] | undefined;
  status?: "pending" | "running" | "all" | undefined;
  /** Of whose threads. */
  access?: AccessFilter | undefined;
}

const BATCH = 500;

/**
 * Cancels many runs; those that have ended stay as they are. Returns how many of the runs asked for there are. Pending ones go
 * first, so that none of them starts when a running one makes room.
 */
export async function cancelRuns(choice: RunChoice, action: CancelAction, tools: ServerTools): Promise<number> {
  const runs = choice.runIds === undefined ? await activeRuns(choice, tools) : await namedRuns(choice.runIds, tools);
  const ofThread = runs.filter(({ threadId }) => choice.threadId === undefined || threadId === choice.threadId);
  const chosen = await accessible(ofThread, choice.access, tools);
  const running = chosen.filter(({ status }) => status === "running");
  const others = chosen.filter(({ status }) => status !== "running");
  for (const { runId } of [...others, ...running]) await cancelRun(runId, action, tools);
  return chosen.length;
}

async function namedRuns(runIds: readonly string[], { backend }: ServerTools): Promise<RunRecord[]> {
  const runs = await Promise.all([...new Set(runIds)].map((runId) => backend.runs.get(runId)));
  return runs.filter((run) => run !== undefined);
}

async function activeRuns({ status }: RunChoice, { backend }: ServerTools): Promise<RunRecord[]> {
  const filter = status === undefined || status === "all" ? {} : { status };
  const runs: RunRecord[] = [];
  for (;;) {
    const last = runs.at(-1);
    const after = last === undefined ? {} : { after: last.runId };
    const batch = await backend.runs.listActive({ ...filter, ...after, limit: BATCH });
    runs.push(...batch);
    if (batch.length < BATCH) return runs;
  }
}

async function accessible(
  runs: RunRecord[],
  access: AccessFilter | undefined,
  { backend }: ServerTools,
): Promise<RunRecord[]> {
  if (access === undefined) return runs;
  const threadIds = [...new Set(runs.map(({ threadId }) => threadId))];
  const threads = await Promise.all(threadIds.map((threadId) => backend.threads.get(threadId)));
  const ids = threads.flatMap((thread) => (thread && passesAccess(thread.metadata, access) ? [thread.threadId] : []));
  return runs.filter(({ threadId }) => ids.includes(threadId));
}
