import { BaseCheckpointSaver, getCheckpointId } from "./base-checkpoint-saver.ts";
import type {
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  CheckpointPendingWrite,
  PendingWrite,
} from "./checkpoint.ts";
import {
  type CheckpointConfig,
  type CheckpointListOptions,
  type CheckpointTuple,
  WRITES_IDX_MAP,
} from "./checkpointer.ts";
import { copyCheckpoint } from "./copy-checkpoint.ts";
import { JsonPlusSerializer, type SerializerProtocol } from "./json-plus-serializer.ts";
import type { Serializer } from "./serializer.ts";
import { compareWritesSortKeys } from "./writes-sort-key.ts";

/** What a serializer of either contract made of a value. */
type Stored = string | [type: string, data: Uint8Array];

interface StoredWrite {
  taskId: string;
  channel: string;
  value: Stored;
  taskPath: string;
  index: number;
}

interface StoredCheckpoint {
  /** Without values; never changed once stored. */
  checkpoint: Checkpoint;
  /** A value is stored once and shared by all later checkpoints of its branch. */
  values: Map<string, Stored>;
  metadata: Stored;
  parentId: string | undefined;
  writes: Map<string, StoredWrite>;
}

interface Namespace {
  checkpoints: Map<string, StoredCheckpoint>;
  latestId: string;
  /** Writes can arrive before the checkpoint they belong to. */
  earlyWrites: Map<string, Map<string, StoredWrite>>;
}

/**
 * Keeps checkpoints in memory, as text: later changes to a value do not reach its stored form. Only the channels which
 * changed since the parent are written, so a step costs what it changed.
 */
export class MemorySaver extends BaseCheckpointSaver {
  readonly #threads = new Map<string, Map<string, Namespace>>();
  /** Set when the serializer can work without promises. */
  readonly #sync: Serializer | undefined;

  constructor(serde: SerializerProtocol = new JsonPlusSerializer()) {
    super(serde);
    this.#sync = isSynchronous(serde) ? serde : undefined;
  }

  async getTuple(config: CheckpointConfig): Promise<CheckpointTuple | undefined> {
    const { thread_id: threadId, checkpoint_ns: ns = "" } = config.configurable ?? {};
    const namespace = threadId === undefined ? undefined : this.#threads.get(String(threadId))?.get(ns);
    if (threadId === undefined || namespace === undefined) return undefined;
    const id = getCheckpointId(config) || namespace.latestId;
    const stored = namespace.checkpoints.get(id);
    return stored === undefined ? undefined : this.#toTuple(String(threadId), ns, stored);
  }

  async *list(config: CheckpointConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { thread_id, checkpoint_ns, checkpoint_id } = config.configurable ?? {};
    const before = options.before?.configurable?.checkpoint_id;
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for (const [threadId, namespaces] of this.#threads) {
      if (thread_id !== undefined && threadId !== String(thread_id)) continue;
      for (const { ns, stored } of newestFirst(namespaces, checkpoint_ns)) {
        const id = stored.checkpoint.id;
        if (checkpoint_id !== undefined && id !== checkpoint_id) continue;
        if (before !== undefined && id >= before) continue;
        if (options.filter !== undefined && !matches(await this.#load(stored.metadata), options.filter)) continue;
        if (left-- <= 0) return;
        yield await this.#toTuple(threadId, ns, stored);
      }
    }
  }

  async put(
    config: CheckpointConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions = checkpoint.channel_versions,
  ): Promise<CheckpointConfig> {
    const { threadId, ns, namespace } = this.#namespaceOf(config, "checkpoint");
    const parentId = config.configurable?.checkpoint_id;
    const parent = parentId === undefined ? undefined : namespace.checkpoints.get(parentId);
    // The caller may change its records once this call has begun to wait: copy and serialize before.
    const bare: Checkpoint = copyCheckpoint({ ...checkpoint, channel_values: NO_VALUES });
    const values = this.#dumpValues(checkpoint, parent, newVersions);
    const storedMetadata = this.#dump(metadata);
    const stored: StoredCheckpoint = {
      checkpoint: bare,
      values: values instanceof Map ? values : await values,
      metadata: storedMetadata instanceof Promise ? await storedMetadata : storedMetadata,
      parentId,
      writes: namespace.earlyWrites.get(bare.id) ?? namespace.checkpoints.get(bare.id)?.writes ?? new Map(),
    };
    namespace.earlyWrites.delete(bare.id);
    namespace.checkpoints.set(bare.id, stored);
    if (bare.id > namespace.latestId) namespace.latestId = bare.id;
    return { configurable: { thread_id: threadId, checkpoint_ns: ns, checkpoint_id: bare.id } };
  }

  async putWrites(config: CheckpointConfig, writes: PendingWrite[], taskId: string, taskPath = ""): Promise<void> {
    const { namespace } = this.#namespaceOf(config, "writes");
    const id = config.configurable?.checkpoint_id;
    if (id === undefined) throw missing("writes", "checkpoint_id");
    const dumped: [string, Stored, number][] = [];
    for (let i = 0; i < writes.length; i++) {
      const [channel, value] = writes[i] as PendingWrite;
      const stored = this.#dump(value);
      dumped.push([channel, stored instanceof Promise ? await stored : stored, WRITES_IDX_MAP[channel] ?? i]);
    }
    const target = writesOf(namespace, id);
    for (const [channel, value, index] of dumped) {
      const key = `${taskId},${index}`;
      if (index >= 0 && target.has(key)) continue;
      target.set(key, { taskId, channel, value, taskPath, index });
    }
  }

  async deleteThread(threadId: string): Promise<void> {
    this.#threads.delete(String(threadId));
  }

  #namespaceOf(config: CheckpointConfig, what: string): { threadId: string; ns: string; namespace: Namespace } {
    const { thread_id, checkpoint_ns: ns = "" } = config.configurable ?? {};
    if (thread_id === undefined || thread_id === null) throw missing(what, "thread_id");
    const threadId = String(thread_id);
    const namespaces = this.#threads.get(threadId) ?? new Map<string, Namespace>();
    this.#threads.set(threadId, namespaces);
    const namespace = namespaces.get(ns) ?? { checkpoints: new Map(), latestId: "", earlyWrites: new Map() };
    namespaces.set(ns, namespace);
    return { threadId, ns, namespace };
  }

  #dumpValues(
    checkpoint: Checkpoint,
    parent: StoredCheckpoint | undefined,
    newVersions: ChannelVersions,
  ): Map<string, Stored> | Promise<Map<string, Stored>> {
    const values = new Map<string, Stored>();
    const waiting: Promise<unknown>[] = [];
    for (const channel of Object.keys(checkpoint.channel_values)) {
      const shared = isShared(channel, checkpoint, parent, newVersions) ? parent?.values.get(channel) : undefined;
      const stored = shared ?? this.#dump(checkpoint.channel_values[channel]);
      if (stored instanceof Promise) waiting.push(stored.then((value) => values.set(channel, value)));
      else values.set(channel, stored);
    }
    return waiting.length === 0 ? values : Promise.all(waiting).then(() => values);
  }

  async #toTuple(threadId: string, ns: string, stored: StoredCheckpoint): Promise<CheckpointTuple> {
    const configOf = (id: string) => ({ configurable: { thread_id: threadId, checkpoint_ns: ns, checkpoint_id: id } });
    const checkpoint = copyCheckpoint(stored.checkpoint);
    for (const [channel, value] of stored.values) checkpoint.channel_values[channel] = await this.#load(value);
    const pendingWrites: CheckpointPendingWrite[] = [];
    for (const write of inOrder(stored.writes)) {
      pendingWrites.push([write.taskId, write.channel, await this.#load(write.value)]);
    }
    return {
      config: configOf(checkpoint.id),
      checkpoint,
      metadata: (await this.#load(stored.metadata)) as CheckpointMetadata,
      pendingWrites,
      ...(stored.parentId === undefined ? {} : { parentConfig: configOf(stored.parentId) }),
    };
  }

  #dump(value: unknown): Stored | Promise<Stored> {
    return this.#sync === undefined ? this.serde.dumpsTyped(value) : this.#sync.stringify(value);
  }

  #load(stored: Stored): unknown {
    if (typeof stored !== "string") return this.serde.loadsTyped(stored[0], stored[1]);
    return this.#sync?.parse(stored);
  }
}

function isShared(
  channel: string,
  checkpoint: Checkpoint,
  parent: StoredCheckpoint | undefined,
  newVersions: ChannelVersions,
): boolean {
  const version = checkpoint.channel_versions[channel];
  return version !== undefined && !(channel in newVersions) && parent?.checkpoint.channel_versions[channel] === version;
}

function writesOf(namespace: Namespace, checkpointId: string): Map<string, StoredWrite> {
  const existing = namespace.checkpoints.get(checkpointId)?.writes ?? namespace.earlyWrites.get(checkpointId);
  if (existing !== undefined) return existing;
  const early = new Map<string, StoredWrite>();
  namespace.earlyWrites.set(checkpointId, early);
  return early;
}

function inOrder(writes: Map<string, StoredWrite>): StoredWrite[] {
  const key = (write: StoredWrite) => [write.taskPath, write.taskId, write.index] as const;
  return [...writes.values()].sort((a, b) => compareWritesSortKeys(key(a), key(b)));
}

function newestFirst(namespaces: Map<string, Namespace>, only: string | undefined) {
  const all: { ns: string; stored: StoredCheckpoint }[] = [];
  for (const [ns, namespace] of namespaces) {
    if (only !== undefined && ns !== only) continue;
    for (const stored of namespace.checkpoints.values()) all.push({ ns, stored });
  }
  return all.sort((a, b) => (a.stored.checkpoint.id < b.stored.checkpoint.id ? 1 : -1));
}

function matches(metadata: unknown, filter: Record<string, unknown>): boolean {
  if (typeof metadata !== "object" || metadata === null) return false;
  const record = metadata as Record<string, unknown>;
  return Object.entries(filter).every(([key, value]) => record[key] === value);
}

const NO_VALUES: Record<string, unknown> = {};

const THREAD_HINT =
  ' When using a checkpointer, you must pass a "thread_id" so the checkpointer knows which conversation thread to persist state for. Example: graph.stream(input, { configurable: { thread_id: "my-thread-id" } })';

function missing(what: string, field: string): Error {
  return new Error(
    `Failed to put ${what}. The passed RunnableConfig is missing a required "${field}" field in its "configurable" property.${field === "thread_id" ? THREAD_HINT : ""}`,
  );
}

function isSynchronous(serde: object): serde is SerializerProtocol & Serializer {
  return "stringify" in serde && typeof serde.stringify === "function" && "parse" in serde;
}
