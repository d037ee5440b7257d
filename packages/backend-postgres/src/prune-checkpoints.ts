import { checkpointsToKeep } from "@heddle/checkpoint";
import type { Database } from "./database.ts";

interface LinksRow {
  checkpoint_ns: string;
  checkpoint_id: string;
  parent_id: string | null;
  head: string;
  metadata: string;
  channel_values: string;
}

/** See CheckpointStorage.prune for `keep_latest`, of one thread; in one transaction, while nobody puts. */
export function pruneToLatest(
  database: Database,
  threadId: string,
  parseMetadata: (text: string) => Record<string, unknown>,
): Promise<number> {
  return database.transaction(async (query) => {
    const thread = await query("SELECT seq FROM heddle.checkpoint_threads WHERE thread_id = $1 FOR UPDATE", [threadId]);
    if (thread.rows.length === 0) return 0;
    const { rows } = await query(LINKS, [thread.rows[0].seq]);
    const all = rows.map((row) => toLinks(row, parseMetadata));
    const kept = checkpointsToKeep(all);
    const gone = all.filter((checkpoint) => !kept.has(checkpoint));
    const removed = await query("SELECT heddle.remove_checkpoints($1, $2, $3) AS count", [
      threadId,
      gone.map(({ ns }) => ns),
      gone.map(({ id }) => id),
    ]);
    return removed.rows[0].count;
  });
}

function toLinks(row: LinksRow, parseMetadata: (text: string) => Record<string, unknown>) {
  return {
    ns: row.checkpoint_ns,
    id: row.checkpoint_id,
    parentId: row.parent_id ?? undefined,
    v: JSON.parse(row.head).v,
    metadata: parseMetadata(row.metadata),
    channels: Object.keys(JSON.parse(row.channel_values)),
  };
}

const LINKS = `SELECT checkpoint_ns, checkpoint_id, parent_id, head, metadata, channel_values FROM heddle.checkpoints
  WHERE thread_seq = $1`;
