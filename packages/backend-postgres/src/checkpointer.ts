import { isDeepStrictEqual } from "node:util";
import type { Lease } from "@heddle/backend";
import {
  addPendingSends,
  asProtocol,
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointConfig,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointStorage,
  type CheckpointTuple,
  configOfCheckpoint,
  type DeltaChannelHistory,
  getCheckpointId,
  lacksPendingSends,
  type PendingWrite,
  type PruneStrategy,
  placeOfPut,
  placeOfWrites,
  type Serializer,
  type ThreadSize,
  toPendingWrites,
  toStoredWrites,
} from "@heddle/checkpoint";
import type { CheckpointScope } from "./checkpoint-reader.ts";
import { type CheckpointRow, type FoundCheckpoint, writesOf } from "./checkpoint-row.ts";
import type { CheckpointTables } from "./checkpoint-tables.ts";
import type { Database } from "./database.ts";
import { readDeltaHistory } from "./delta-history.ts";
import { type CheckpointSearch, listCheckpoints } from "./list-checkpoints.ts";
import { pruneToLatest } from "./prune-checkpoints.ts";
import { toStoredValues } from "./stored-value.ts";
import { sizeOfThread } from "./thread-size.ts";

export interface CheckpointerOptions {
  database: Database;
  tables: CheckpointTables;
  serializer: Serializer;
  /** Of the run that writes; see Backend.checkpointer. */
  lease?: Lease | undefined;
  beforePut?: (() => Promise<void>) | undefined;
  /** The latest checkpoint of the run's thread, where it is known: for the first that is asked for. */
  latest?: FoundCheckpoint | undefined;
}

/** The checkpoints of one schema, revived by the given serializer. */
export class PostgresCheckpointer extends BaseCheckpointSaver implements CheckpointStorage {
  readonly takesPutsAtOnce = true;
  readonly #database: Database;
  readonly #tables: CheckpointTables;
  readonly #serializer: Serializer;
  readonly #lease: Lease | undefined;
  readonly #beforePut: (() => Promise<void>) | undefined;
  #latest: FoundCheckpoint | undefined;

  constructor({ database, tables, serializer, lease, beforePut, latest }: CheckpointerOptions) {
    super(asProtocol(serializer));
    this.#database = database;
    this.#tables = tables;
    this.#serializer = serializer;
    this.#lease = lease;
    this.#beforePut = beforePut;
    this.#latest = latest;
  }

  async getTuple(config: CheckpointConfig): Promise<CheckpointTuple | undefined> {
    const { thread_id, checkpoint_ns: ns = "" } = config.configurable ?? {};
    if (thread_id === undefined) return undefined;
    const scope = { threadId: String(thread_id), ns };
    const checkpointId = getCheckpointId(config) || undefined;
    const row = this.#takeLatest(scope, checkpointId) ?? (await this.#tables.reader.read(scope, checkpointId));
    return row?.checkpoint_id ? this.#toTuple(row) : undefined;
  }

  async *list(config: CheckpointConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    for await (const row of listCheckpoints(this.#database, this.#toSearch(config, options))) {
      yield await this.#toTuple(row);
    }
  }

  async put(
    config: CheckpointConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions = checkpoint.channel_versions,
  ): Promise<CheckpointConfig> {
    const { threadId, ns, parentId } = placeOfPut(config);
    this.#latest = undefined;
    const runId = metadata.run_id;
    const stringify = (value: unknown) => this.#serializer.stringify(value);
    const entry = {
      threadId,
      ns,
      parentId,
      runId: typeof runId === "string" ? runId : undefined,
      checkpoint,
      metadata: stringify(metadata),
      newVersions,
      lease: this.#lease,
      before: this.#beforePut,
    };
    const id = checkpoint.id;
    await this.#tables.insert(entry, stringify);
    return configOfCheckpoint(threadId, ns, id);
  }

  async putWrites(config: CheckpointConfig, writes: PendingWrite[], taskId: string, taskPath = ""): Promise<void> {
    const ref = placeOfWrites(config);
    this.#latest = undefined;
    if (writes.length === 0) return;
    const stored = toStoredWrites({ taskId, taskPath, writes }, (value) => this.#serializer.stringify(value));
    await this.#tables.insertWrites(ref, stored, this.#lease);
  }

  async deleteThread(threadId: string): Promise<void> {
    await this.#removeThread(String(threadId));
  }

  async deleteForRuns(runIds: readonly string[]): Promise<void> {
    await this.#database.query("SELECT heddle.delete_checkpoints_of_runs($1)", [[...runIds]]);
  }

  async copyThread(sourceThreadId: string, targetThreadId: string): Promise<void> {
    const ids = [String(sourceThreadId), String(targetThreadId)];
    await this.#database.query("SELECT heddle.copy_checkpoint_thread($1, $2)", ids);
  }

  async prune(
    threadIds: readonly string[],
    { strategy = "keep_latest" }: { strategy?: PruneStrategy } = {},
  ): Promise<number> {
    let total = 0;
    for (const threadId of threadIds.map(String)) {
      total += strategy === "delete" ? await this.#removeThread(threadId) : await this.#pruneToLatest(threadId);
    }
    return total;
  }

  override async getDeltaChannelHistory(options: {
    config: CheckpointConfig;
    channels: string[];
  }): Promise<Record<string, DeltaChannelHistory>> {
    const { config, channels } = options;
    const { thread_id, checkpoint_ns: ns = "" } = config.configurable ?? {};
    if (thread_id === undefined) return {};
    const scope = { threadId: String(thread_id), ns };
    const checkpointId = getCheckpointId(config) || undefined;
    const stored = await readDeltaHistory(this.#database, { ...scope, checkpointId, channels });
    const seedIds = new Set([...stored.values()].flatMap(({ seedId }) => (seedId === undefined ? [] : [seedId])));
    const seeds = new Map<string, Record<string, unknown>>();
    for (const checkpoint_id of seedIds) {
      const tuple = await this.getTuple({ configurable: { thread_id, checkpoint_ns: ns, checkpoint_id } });
      seeds.set(checkpoint_id, tuple?.checkpoint.channel_values ?? {});
    }
    return Object.fromEntries(
      [...stored].map(([channel, { writes, seedId }]) => {
        const parsed = toPendingWrites(writes, this.#serializer);
        return [
          channel,
          seedId === undefined ? { writes: parsed } : { writes: parsed, seed: seeds.get(seedId)?.[channel] },
        ];
      }),
    );
  }

  sizeOfThread(threadId: string): Promise<ThreadSize> {
    return sizeOfThread(this.#database, String(threadId));
  }

  #pruneToLatest(threadId: string): Promise<number> {
    return pruneToLatest(this.#database, threadId, (text) => this.#parseMetadata(text));
  }

  async #removeThread(threadId: string): Promise<number> {
    const sql = "SELECT heddle.delete_checkpoint_thread($1) AS count";
    return (await this.#database.queryOne<{ count: number }>(sql, [threadId])).count;
  }

  /** Only once: from then on the run itself changes what is the latest. */
  #takeLatest({ threadId, ns }: CheckpointScope, checkpointId: string | undefined): FoundCheckpoint | undefined {
    const latest = this.#latest;
    this.#latest = undefined;
    return checkpointId === undefined && ns === "" && threadId === this.#lease?.run.threadId ? latest : undefined;
  }

  #toSearch(config: CheckpointConfig, { limit, before, filter }: CheckpointListOptions): CheckpointSearch {
    const { thread_id, checkpoint_ns, checkpoint_id } = config.configurable ?? {};
    const beforeId = before === undefined ? "" : getCheckpointId(before);
    const wanted = Object.entries(filter ?? {});
    return {
      ...(thread_id === undefined ? {} : { threadId: String(thread_id) }),
      ...(checkpoint_ns === undefined ? {} : { ns: checkpoint_ns }),
      ...(checkpoint_id ? { checkpointId: checkpoint_id } : {}),
      ...(beforeId === "" ? {} : { beforeId }),
      ...(limit === undefined ? {} : { limit }),
      ...(wanted.length === 0 ? {} : { isMatch: (metadata) => this.#isMatch(metadata, wanted) }),
    };
  }

  #isMatch(metadataText: string, wanted: readonly [string, unknown][]): boolean {
    const metadata = this.#parseMetadata(metadataText);
    return wanted.every(([key, value]) => Object.hasOwn(metadata, key) && isDeepStrictEqual(metadata[key], value));
  }

  async #toTuple(row: CheckpointRow): Promise<CheckpointTuple> {
    const head: Omit<Checkpoint, "channel_values"> = JSON.parse(row.head);
    const stored = toStoredValues(row.channel_values);
    const values: [string, unknown][] = [];
    for (const [channel, text] of this.#tables.values.restore(stored, row.apart ?? [])) {
      values.push([channel, this.#serializer.parse(text)]);
    }
    this.#tables.remember(row, stored, { ...head.channel_versions });
    const checkpoint = { ...head, channel_values: Object.fromEntries(values) };
    if (lacksPendingSends(checkpoint) && row.parent_id !== null) {
      const parent = await this.#tables.reader.read({ threadId: row.thread_id, ns: row.checkpoint_ns }, row.parent_id);
      addPendingSends(checkpoint, parent === undefined ? [] : this.#writesOf(parent));
    }
    return {
      config: configOfCheckpoint(row.thread_id, row.checkpoint_ns, row.checkpoint_id),
      checkpoint,
      metadata: this.#parseMetadata(row.metadata),
      ...(row.parent_id === null
        ? {}
        : { parentConfig: configOfCheckpoint(row.thread_id, row.checkpoint_ns, row.parent_id) }),
      pendingWrites: this.#writesOf(row),
    };
  }

  #writesOf(row: CheckpointRow): CheckpointPendingWrite[] {
    return toPendingWrites(writesOf(row), this.#serializer);
  }

  #parseMetadata(text: string): CheckpointMetadata {
    return this.#serializer.parse(text) as CheckpointMetadata;
  }
}
