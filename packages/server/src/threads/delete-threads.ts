import type { ThreadFilter } from "@heddle/backend";
import type { ServerTools } from "../server-tools.ts";
import { deleteThread } from "./delete-thread.ts";

const PAGE = 100;

/** Removes all threads that a search finds. */
export async function deleteThreads(filter: ThreadFilter, tools: ServerTools): Promise<void> {
  for (;;) {
    const query = { ...filter, sortBy: "created_at", sortOrder: "asc", limit: PAGE, offset: 0 } as const;
    const { items } = await tools.backend.threads.search(query);
    if (items.length === 0) return;
    for (const { threadId } of items) await deleteThread(threadId, tools);
  }
}
