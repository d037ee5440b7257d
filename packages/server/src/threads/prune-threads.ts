import { type AccessFilter, type Backend, passesAccess } from "@heddle/backend";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import type { ServerTools } from "../server-tools.ts";
import { deleteThread } from "./delete-thread.ts";

/** Which threads, and whether they go or only their history. */
export interface PruneRequest {
  threadIds: readonly string[];
  strategy: "delete" | "keep_latest";
  /** Of whose threads this one may be. */
  mayDelete(threadId: string): Promise<AccessFilter | undefined>;
}

/**
 * Removes threads, or their history. Returns how many; unknown ids, threads which the caller may not remove, and busy threads
 * that should only lose their history, count for nothing.
 */
export async function pruneThreads(request: PruneRequest, tools: ServerTools): Promise<number> {
  let count = 0;
  for (const threadId of new Set(request.threadIds)) {
    const access = await request.mayDelete(threadId);
    const thread = await tools.backend.threads.get(threadId);
    if (thread === undefined || !passesAccess(thread.metadata, access)) continue;
    if (request.strategy === "delete") {
      if (await deleteThread(threadId, tools)) count++;
    } else if (thread.status !== "busy") {
      await forgetHistory([threadId], tools);
      count++;
    }
  }
  return count;
}

/** Removes all checkpoints of the threads but what their latest state needs. */
export async function forgetHistory(threadIds: readonly string[], { backend }: { backend: Backend }): Promise<void> {
  // Nothing is revived here, so that the classes of the user's messages are not needed.
  await backend.checkpointer(new JsonPlusSerializer()).prune(threadIds, { strategy: "keep_latest" });
}
