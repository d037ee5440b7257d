import type { CheckpointRow } from "./checkpoint-row.ts";
import { Conditions } from "./conditions.ts";
import type { Database } from "./database.ts";

export interface CheckpointSearch {
  threadId?: string;
  ns?: string;
  checkpointId?: string;
  beforeId?: string;
  limit?: number;
  /** Whether the serialized metadata passes. */
  isMatch?: (metadata: string) => boolean;
}

interface Ref {
  thread_seq: number;
  checkpoint_ns: string;
  checkpoint_id: string;
  metadata: string;
}

/** How many checkpoints one query reads whole. */
const BATCH = 20;

/** See Checkpointer.list. One query for which there are, then one for each batch of them. */
export async function* listCheckpoints(database: Database, search: CheckpointSearch): AsyncGenerator<CheckpointRow> {
  const { limit, isMatch } = search;
  const found = await readRefs(database, search);
  const refs = isMatch === undefined ? found : found.filter(({ metadata }) => isMatch(metadata)).slice(0, limit);
  for (let start = 0; start < refs.length; start += BATCH) {
    const batch = refs.slice(start, start + BATCH);
    yield* await database.query<CheckpointRow>(BY_REFS, [
      batch.map(({ thread_seq }) => thread_seq),
      batch.map(({ checkpoint_ns }) => checkpoint_ns),
      batch.map(({ checkpoint_id }) => checkpoint_id),
    ]);
  }
}

function readRefs(database: Database, search: CheckpointSearch): Promise<Ref[]> {
  const { threadId, ns, checkpointId, beforeId, limit, isMatch } = search;
  const where = new Conditions();
  if (threadId !== undefined) {
    where.add("c.thread_seq = (SELECT seq FROM heddle.checkpoint_threads WHERE thread_id = ?)", threadId);
  }
  if (ns !== undefined) where.add("c.checkpoint_ns = ?", ns);
  if (checkpointId !== undefined) where.add("c.checkpoint_id = ?", checkpointId);
  if (beforeId !== undefined) where.add("c.checkpoint_id < ?", beforeId);
  const metadata = isMatch === undefined ? "'' AS metadata" : "c.metadata";
  const range = limit === undefined || isMatch !== undefined ? "" : `LIMIT ${where.bind(limit)}`;
  return database.query<Ref>(
    `SELECT c.thread_seq, c.checkpoint_ns, c.checkpoint_id, ${metadata} FROM heddle.checkpoints c
     WHERE ${where} ORDER BY c.checkpoint_id DESC, c.thread_seq, c.checkpoint_ns ${range}`,
    where.parameters,
  );
}

const BY_REFS = `SELECT found.* FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY AS ref(thread_seq, ns, id, n)
  CROSS JOIN LATERAL heddle.checkpoint_row(ref.thread_seq, ref.ns, ref.id) AS found ORDER BY ref.n`;
