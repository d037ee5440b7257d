import {
  type ChannelVersions,
  type Checkpoint,
  type CheckpointMetadata,
  JsonPlusSerializer,
  type PendingWrite,
  type Serializer,
} from "@heddle/checkpoint";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { PostgresCheckpointer } from "./checkpointer.ts";
import { Database } from "./database.ts";
import { type OpenDatabaseOptions, openDatabase } from "./open-database.ts";

export interface ImportOfficialOptions {
  /** Where the official saver's tables are. @default schema "public" */
  from: { url: string; schema?: string | undefined };
  to: OpenDatabaseOptions;
  /** The graph that made the threads: with it a server shows them and goes on with them; without, they are for a saver alone. */
  graphId?: string | undefined;
}

export interface ImportedCheckpoints {
  threads: number;
  checkpoints: number;
  /** Thread → why it was left out. */
  skipped: Map<string, string>;
}

interface CheckpointRow {
  checkpoint_ns: string;
  checkpoint_id: string;
  parent_checkpoint_id: string | null;
  checkpoint: Omit<Checkpoint, "channel_values"> & { channel_values?: Record<string, unknown> };
  metadata: CheckpointMetadata;
}

interface BlobRow {
  checkpoint_ns: string;
  channel: string;
  version: string;
  type: string;
  blob: Buffer | null;
}

interface WriteRow extends Omit<BlobRow, "version"> {
  checkpoint_id: string;
  task_id: string;
  idx: number;
  task_path: string | null;
}

/**
 * Reads the checkpoints of `@langchain/langgraph-checkpoint-postgres` (tables checkpoints, checkpoint_blobs, checkpoint_writes)
 * into ours. What it reads stays as it is; to be done again does no harm. Values go over as their text, so messages need not be
 * revived. Threads with values that only Python can read are left out.
 */
export async function importOfficialCheckpoints(options: ImportOfficialOptions): Promise<ImportedCheckpoints> {
  const source = new Database({ url: options.from.url, schema: options.from.schema ?? "public", poolSize: 2 });
  try {
    await assertOfficial(source);
    const database = await openDatabase(options.to);
    try {
      return await importThreads(source, database, options.graphId);
    } finally {
      await database.close();
    }
  } finally {
    await source.close();
  }
}

async function assertOfficial(source: Database): Promise<void> {
  const tables = ["checkpoints", "checkpoint_blobs", "checkpoint_writes"];
  const found = await source.queryOne<{ n: number }>(
    `SELECT ${tables.map((table) => `(to_regclass('heddle.${table}') IS NOT NULL)::int`).join(" + ")} AS n`,
  );
  if (found.n === tables.length) return;
  throw new Error(
    `Schema ${source.schema} has no tables ${tables.join(", ")} as the official saver makes them; name theirs, as in postgres://…?schema=NAME.`,
  );
}

async function importThreads(source: Database, database: Database, graphId: string | undefined) {
  const tables = new CheckpointTables(database, false);
  const saver = new PostgresCheckpointer({ database, tables, serializer: new RawSerializer() });
  const result: ImportedCheckpoints = { threads: 0, checkpoints: 0, skipped: new Map() };
  const threads = await source.query<{ id: string }>(
    "SELECT DISTINCT thread_id AS id FROM heddle.checkpoints ORDER BY 1",
  );
  for (const { id } of threads) {
    try {
      const thread = await readThread(source, id);
      result.checkpoints += await writeThread(saver, id, thread);
      if (graphId !== undefined) await writeThreadRow(database, id, { graphId, thread });
      result.threads++;
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      result.skipped.set(id, error.message);
    }
  }
  return result;
}

interface OfficialThread {
  checkpoints: CheckpointRow[];
  values: Map<string, RawJson>;
  writes: WriteRow[];
}

async function readThread(source: Database, threadId: string): Promise<OfficialThread> {
  const checkpoints = await source.query<CheckpointRow>(
    `SELECT checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata FROM heddle.checkpoints
     WHERE thread_id = $1 ORDER BY checkpoint_id`,
    [threadId],
  );
  const blobs = await source.query<BlobRow>(
    "SELECT checkpoint_ns, channel, version, type, blob FROM heddle.checkpoint_blobs WHERE thread_id = $1 AND type <> 'empty'",
    [threadId],
  );
  const writes = await source.query<WriteRow>(
    `SELECT w.checkpoint_ns, w.checkpoint_id, w.task_id, w.idx, w.channel, w.type, w.blob, to_jsonb(w) ->> 'task_path' AS task_path
     FROM heddle.checkpoint_writes w WHERE thread_id = $1 ORDER BY w.checkpoint_id, w.task_id, w.idx < 0, w.idx`,
    [threadId],
  );
  const values = new Map(blobs.map((blob) => [keyOf(blob.checkpoint_ns, blob.channel, blob.version), toRaw(blob)]));
  return { checkpoints, values, writes };
}

async function writeThread(saver: PostgresCheckpointer, threadId: string, thread: OfficialThread): Promise<number> {
  const versionsOf = new Map<string, ChannelVersions>();
  for (const row of thread.checkpoints) {
    const { checkpoint_ns, checkpoint_id, parent_checkpoint_id: parentId, metadata } = row;
    const checkpoint = toCheckpoint(row, thread.values);
    const before = parentId === null ? {} : (versionsOf.get(keyOf(checkpoint_ns, parentId)) ?? {});
    const changed = Object.entries(checkpoint.channel_versions).filter(([name, version]) => before[name] !== version);
    versionsOf.set(keyOf(checkpoint_ns, checkpoint_id), checkpoint.channel_versions);
    const parent = parentId === null ? {} : { checkpoint_id: parentId };
    const config = { configurable: { thread_id: threadId, checkpoint_ns, ...parent } };
    await saver.put(config, checkpoint, metadata, Object.fromEntries(changed));
  }
  for (const rows of byTask(thread.writes)) {
    const { checkpoint_ns, checkpoint_id, task_id, task_path } = rows[0];
    const config = { configurable: { thread_id: threadId, checkpoint_ns, checkpoint_id } };
    const writes = rows.map((row): PendingWrite => [row.channel, toRaw(row)]);
    await saver.putWrites(config, writes, task_id, task_path ?? "");
  }
  return thread.checkpoints.length;
}

function byTask(writes: readonly WriteRow[]): [WriteRow, ...WriteRow[]][] {
  const tasks = new Map<string, [WriteRow, ...WriteRow[]]>();
  for (const row of writes) {
    const key = keyOf(row.checkpoint_ns, row.checkpoint_id, row.task_id);
    const task = tasks.get(key);
    if (task === undefined) tasks.set(key, [row]);
    else task.push(row);
  }
  return [...tasks.values()];
}

/** Values lie beside the checkpoint, by channel and version; newer savers keep small ones within it. */
function toCheckpoint({ checkpoint_ns, checkpoint }: CheckpointRow, values: ReadonlyMap<string, RawJson>): Checkpoint {
  const channel_values: Record<string, unknown> = { ...checkpoint.channel_values };
  for (const [channel, version] of Object.entries(checkpoint.channel_versions)) {
    const value = values.get(keyOf(checkpoint_ns, channel, String(version)));
    if (value !== undefined) channel_values[channel] = value;
  }
  return { ...checkpoint, channel_values };
}

/** An idle thread of the graph, or one that waits for an answer. */
async function writeThreadRow(
  database: Database,
  threadId: string,
  { graphId, thread }: { graphId: string; thread: OfficialThread },
): Promise<void> {
  const root = thread.checkpoints.filter(({ checkpoint_ns }) => checkpoint_ns === "");
  const latest = root.at(-1);
  const isOpen = ({ checkpoint_id, channel }: WriteRow) =>
    checkpoint_id === latest?.checkpoint_id && channel === "__interrupt__";
  const status = thread.writes.some(isOpen) ? "interrupted" : "idle";
  const times = [root[0]?.checkpoint.ts, latest?.checkpoint.ts].map((ts) => new Date(ts ?? 0).toISOString());
  await database.query(
    `INSERT INTO heddle.threads (thread_id, status, resting_status, created_at, updated_at, state_updated_at, metadata, config)
     VALUES ($1, $2, $2, $3, $4, $4, jsonb_build_object('graph_id', $5::text), '{}') ON CONFLICT DO NOTHING`,
    [threadId, status, ...times, graphId],
  );
}

/** The JSON text of a value, which need not be understood. */
class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

class RawSerializer implements Serializer {
  stringify(value: unknown): string {
    return value instanceof RawJson ? value.text : JSON.stringify(value);
  }

  parse(text: string): unknown {
    return new RawJson(text);
  }
}

class UnreadableError extends Error {}

const plus = new JsonPlusSerializer();

function toRaw({ channel, type, blob }: Pick<BlobRow, "channel" | "type" | "blob">): RawJson {
  const bytes = blob ?? Buffer.alloc(0);
  if (type === "json") return new RawJson(bytes.toString("utf8"));
  if (type === "null") return new RawJson("null");
  if (type === "bytes") return new RawJson(plus.stringify(new Uint8Array(bytes)));
  throw new UnreadableError(`the value of channel "${channel}" is of type "${type}", which JavaScript cannot read`);
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}
