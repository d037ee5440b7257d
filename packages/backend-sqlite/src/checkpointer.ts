import { isDeepStrictEqual } from "node:util";
import {
  addPendingSends,
  asProtocol,
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointConfig,
  type CheckpointListOptions,
  type CheckpointMetadata,
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
import type { CheckpointRef, CheckpointRow, CheckpointScope, CheckpointTables } from "./checkpoint-tables.ts";
import type { Connection } from "./connection.ts";
import { readDeltaHistory, type StoredDeltaHistory } from "./delta-history.ts";
import type { Durability } from "./group-commit.ts";
import { sizeOfThread } from "./thread-size.ts";

export interface CheckpointerOptions {
  connection: Connection;
  tables: CheckpointTables;
  serializer: Serializer;
  durability: Durability;
  /** Throws when whoever writes may do so no more; see Backend.checkpointer. */
  assertHeld?: (() => void) | undefined;
  beforePut?: (() => Promise<void>) | undefined;
}

/** The checkpoints of one file, revived by the given serializer. */
export class SqliteCheckpointer extends BaseCheckpointSaver implements CheckpointStorage {
  readonly takesPutsAtOnce = true;
  readonly #connection: Connection;
  readonly #tables: CheckpointTables;
  readonly #serializer: Serializer;
  readonly #durability: Durability;
  readonly #assertHeld: (() => void) | undefined;
  readonly #beforePut: (() => Promise<void>) | undefined;
  /** Checkpoints that wait for what comes before them, and until when. */
  readonly #waiting = new Map<string, Promise<void>>();

  constructor({ connection, tables, serializer, durability, assertHeld, beforePut }: CheckpointerOptions) {
    super(asProtocol(serializer));
    this.#durability = durability;
    this.#assertHeld = assertHeld;
    this.#beforePut = beforePut;
    this.#connection = connection;
    this.#tables = tables;
    this.#serializer = serializer;
  }

  async getTuple(config: CheckpointConfig): Promise<CheckpointTuple | undefined> {
    const { thread_id, checkpoint_ns: ns = "" } = config.configurable ?? {};
    if (thread_id === undefined) return undefined;
    const checkpointId = getCheckpointId(config) || undefined;
    return this.#connection.read(() => {
      const row = this.#tables.read({ threadId: String(thread_id), ns }, checkpointId);
      return row && this.#toTuple(row);
    });
  }

  async *list(config: CheckpointConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { thread_id, checkpoint_ns, checkpoint_id } = config.configurable ?? {};
    const scope = {
      ...(thread_id === undefined ? {} : { threadId: String(thread_id) }),
      ...(checkpoint_ns === undefined ? {} : { ns: checkpoint_ns }),
      ...(checkpoint_id ? { checkpointId: checkpoint_id } : {}),
    };
    const { limit, before, filter } = options;
    const beforeId = before === undefined ? undefined : getCheckpointId(before) || undefined;
    const refs = await this.#connection.read(() =>
      this.#tables.list(scope, beforeId, filter === undefined ? limit : undefined),
    );
    let left = limit ?? Number.POSITIVE_INFINITY;
    for (const ref of refs) {
      if (left <= 0) return;
      const tuple = await this.#connection.read(() => this.#readMatching(ref, filter ?? {}));
      if (tuple === undefined) continue;
      left--;
      yield tuple;
    }
  }

  async put(
    config: CheckpointConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions = checkpoint.channel_versions,
  ): Promise<CheckpointConfig> {
    const { threadId, ns, parentId } = placeOfPut(config);
    const runId = metadata.run_id;
    const stringify = (value: unknown) => (value instanceof Frozen ? value.text : this.#serializer.stringify(value));
    const metadataText = stringify(metadata);
    const taken = this.#beforePut === undefined ? checkpoint : freeze(checkpoint, newVersions, stringify);
    // Not a turn is waited without need: what is written belongs to the transaction of this turn.
    const ready = this.#beforePut?.().finally(() => this.#waiting.delete(checkpoint.id));
    if (ready !== undefined) {
      // Who waits for it later, to write on top of the checkpoint, goes on after this.
      this.#waiting.set(checkpoint.id, ready);
      await ready;
    }
    await this.#connection.write(this.#durability, () => {
      this.#assertHeld?.();
      const entry = {
        threadId,
        ns,
        parentId,
        runId: typeof runId === "string" ? runId : undefined,
        checkpoint: taken,
        metadata: metadataText,
        newVersions,
      };
      this.#tables.insert(entry, stringify);
    });
    return configOfCheckpoint(threadId, ns, checkpoint.id);
  }

  async putWrites(config: CheckpointConfig, writes: PendingWrite[], taskId: string, taskPath = ""): Promise<void> {
    const ref = placeOfWrites(config);
    if (writes.length === 0) return;
    const stored = toStoredWrites({ taskId, taskPath, writes }, (value) => this.#serializer.stringify(value));
    const ready = this.#waiting.get(ref.checkpointId);
    if (ready !== undefined) await ready;
    await this.#connection.write(this.#durability, () => {
      this.#assertHeld?.();
      this.#tables.insertWrites(ref, stored);
    });
  }

  async deleteThread(threadId: string): Promise<void> {
    await this.#connection.write(this.#durability, () => this.#tables.deleteThread(String(threadId)));
  }

  async deleteForRuns(runIds: readonly string[]): Promise<void> {
    await this.#connection.write(this.#durability, () => this.#tables.deleteRuns(runIds));
  }

  async copyThread(sourceThreadId: string, targetThreadId: string): Promise<void> {
    await this.#connection.write(this.#durability, () =>
      this.#tables.copyThread(String(sourceThreadId), String(targetThreadId)),
    );
  }

  async prune(
    threadIds: readonly string[],
    { strategy = "keep_latest" }: { strategy?: PruneStrategy } = {},
  ): Promise<number> {
    let count = 0;
    // One at a time: others may write in between.
    for (const threadId of threadIds.map(String)) {
      count += await this.#connection.write(this.#durability, () =>
        strategy === "delete"
          ? this.#tables.deleteThread(threadId)
          : this.#tables.prune(threadId, (text) => this.#parseMetadata(text)),
      );
    }
    return count;
  }

  override async getDeltaChannelHistory(options: {
    config: CheckpointConfig;
    channels: string[];
  }): Promise<Record<string, DeltaChannelHistory>> {
    const { thread_id, checkpoint_ns: ns = "" } = options.config.configurable ?? {};
    if (thread_id === undefined) return {};
    const scope = { threadId: String(thread_id), ns };
    return this.#connection.read(() => {
      const checkpointId = getCheckpointId(options.config) || this.#tables.read(scope, undefined)?.checkpointId;
      const ref = { ...scope, checkpointId: checkpointId ?? "" };
      const histories = readDeltaHistory(this.#tables.flushed(), ref, options.channels);
      return Object.fromEntries(
        [...histories].map(([channel, stored]) => [channel, this.#toHistory(scope, channel, stored)]),
      );
    });
  }

  sizeOfThread(threadId: string): Promise<ThreadSize> {
    return this.#connection.read(() => sizeOfThread(this.#tables.flushed(), String(threadId)));
  }

  #toHistory(scope: CheckpointScope, channel: string, { writes, seedId }: StoredDeltaHistory): DeltaChannelHistory {
    const parsed = toPendingWrites(writes, this.#serializer);
    const stored = seedId === undefined ? undefined : this.#tables.read(scope, seedId)?.values.get(channel);
    if (stored === undefined) return { writes: parsed };
    const text = this.#tables.values.load(new Map([[channel, stored]])).get(channel) ?? "null";
    return { writes: parsed, seed: this.#serializer.parse(text) };
  }

  #readMatching(ref: CheckpointRef, filter: Record<string, unknown>): CheckpointTuple | undefined {
    const row = this.#tables.read(ref, ref.checkpointId);
    // It may have been deleted since the list began.
    if (row === undefined) return undefined;
    const wanted = Object.entries(filter);
    if (wanted.length > 0) {
      const metadata = this.#parseMetadata(row.metadata);
      const isMatch = wanted.every(
        ([key, value]) => Object.hasOwn(metadata, key) && isDeepStrictEqual(metadata[key], value),
      );
      if (!isMatch) return undefined;
    }
    return this.#toTuple(row);
  }

  #toTuple(row: CheckpointRow): CheckpointTuple {
    const values: [string, unknown][] = [];
    for (const [channel, text] of this.#tables.values.load(row.values))
      values.push([channel, this.#serializer.parse(text)]);
    const checkpoint = { ...row.head, channel_values: Object.fromEntries(values) };
    const parent =
      lacksPendingSends(checkpoint) && row.parentId !== undefined ? this.#tables.read(row, row.parentId) : undefined;
    if (parent !== undefined) addPendingSends(checkpoint, toPendingWrites(parent.writes, this.#serializer));
    return {
      config: configOfCheckpoint(row.threadId, row.ns, row.checkpointId),
      checkpoint,
      metadata: this.#parseMetadata(row.metadata),
      ...(row.parentId === undefined ? {} : { parentConfig: configOfCheckpoint(row.threadId, row.ns, row.parentId) }),
      pendingWrites: toPendingWrites(row.writes, this.#serializer),
    };
  }

  #parseMetadata(text: string): CheckpointMetadata {
    return this.#serializer.parse(text) as CheckpointMetadata;
  }
}

/** The text of a value as it was when the checkpoint was put. */
class Frozen {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The checkpoint as it is now. Values that did not change are named by the parent, or as they are. */
function freeze(
  checkpoint: Checkpoint,
  newVersions: ChannelVersions,
  stringify: (value: unknown) => string,
): Checkpoint {
  const { channel_values, ...head } = checkpoint;
  const values = Object.entries(channel_values).map(([channel, value]) => [
    channel,
    Object.hasOwn(newVersions, channel) ? new Frozen(stringify(value)) : value,
  ]);
  return { ...structuredClone(head), channel_values: Object.fromEntries(values) };
}
