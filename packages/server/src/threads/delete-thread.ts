import { cancelRun } from "../runs/cancel-run.ts";
import type { ServerTools } from "../server-tools.ts";

/** More runs than this are not found waiting on one thread; the others end when their lease is renewed. */
const MAX_ACTIVE = 1000;

/**
 * Removes a thread with all that belongs to it. Its runs are told to stop first, so that none of them goes on for a thread
 * that is gone. False when there is no such thread.
 */
export async function deleteThread(threadId: string, tools: ServerTools): Promise<boolean> {
  const { backend, live } = tools;
  const page = { limit: MAX_ACTIVE, offset: 0 };
  const waiting = await backend.runs.list(threadId, { ...page, status: "pending" });
  const running = await backend.runs.list(threadId, { ...page, status: "running" });
  const active = [...waiting, ...running];
  for (const { runId } of active) await cancelRun(runId, "interrupt", tools);
  const isDeleted = await backend.threads.delete(threadId);
  for (const { runId } of active) live.end(runId, { status: "interrupted" });
  return isDeleted;
}
