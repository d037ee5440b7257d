import { type AccessFilter, passesAccess } from "@heddle/backend";
import type { ServerTools } from "../server-tools.ts";
import { deleteThread } from "./delete-thread.ts";

/**
 * Removes threads. Returns how many; unknown ids, and those of threads which the caller may not remove, count for nothing.
 */
export async function pruneThreads(
  threadIds: readonly string[],
  mayDelete: (threadId: string) => Promise<AccessFilter | undefined>,
  tools: ServerTools,
): Promise<number> {
  let count = 0;
  for (const threadId of new Set(threadIds)) {
    const access = await mayDelete(threadId);
    const thread = await tools.backend.threads.get(threadId);
    if (thread === undefined || !passesAccess(thread.metadata, access)) continue;
    if (await deleteThread(threadId, tools)) count++;
  }
  return count;
}
