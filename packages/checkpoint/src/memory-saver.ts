import { AppendedList } from "./appended-list.ts";
import { appendTo, wholeText } from "./appended-text.ts";
import { BaseCheckpointSaver, getCheckpointId } from "./base-checkpoint-saver.ts";
import type {
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  CheckpointPendingWrite,
  PendingWrite,
} from "./checkpoint.ts";
import { configOfCheckpoint, placeOfPut, placeOfWrites } from "./checkpoint-place.ts";
import type { CheckpointStorage, PruneStrategy, ThreadSize } from "./checkpoint-storage.ts";
import { CheckpointWrites, type Stored } from "./checkpoint-writes.ts";
import {
  type CheckpointConfig,
  type CheckpointListOptions,
  type CheckpointTuple,
  WRITES_IDX_MAP,
} from "./checkpointer.ts";
import { type CheckpointLinks, checkpointsToKeep } from "./checkpoints-to-keep.ts";
import { JsonPlusSerializer, type SerializerProtocol } from "./json-plus-serializer.ts";
import { MessageTexts } from "./message-texts.ts";
import { addPendingSends, lacksPendingSends } from "./pending-sends.ts";
import type { Serializer } from "./serializer.ts";
import { StoredSize } from "./stored-size.ts";

interface StoredCheckpoint {
  readonly id: string;
  /** The checkpoint without its id, values and versions, as JSON. */
  readonly bare: string;
  readonly versions: ChannelVersions;
  /** A value is stored once and shared by all later checkpoints of its branch. */
  readonly channels: readonly string[];
  readonly values: readonly Stored[];
  readonly metadata: Stored;
  readonly parentId: string | undefined;
  /** That made it; a copy was made by none. */
  readonly runId: string | undefined;
  writes: CheckpointWrites | undefined;
}

interface Namespace {
  checkpoints: Map<string, StoredCheckpoint>;
  latestId: string;
  /** Writes can arrive before the checkpoint they belong to. */
  earlyWrites: Map<string, CheckpointWrites> | undefined;
}

/**
 * Keeps checkpoints in memory, as text: later changes to a value do not reach its stored form. Only the channels which
 * changed since the parent are written, so a step costs what it changed.
 */
export class MemorySaver extends BaseCheckpointSaver implements CheckpointStorage {
  readonly #threads = new Map<string, Map<string, Namespace>>();
  /** Set when the serializer can work without promises. */
  readonly #sync: Serializer | undefined;
  readonly #messages: MessageTexts | undefined;

  constructor(serde: SerializerProtocol = new JsonPlusSerializer()) {
    super(serde);
    this.#sync = isSynchronous(serde) ? serde : undefined;
    this.#messages = this.#sync === undefined ? undefined : new MessageTexts(this.#sync);
  }

  async getTuple(config: CheckpointConfig): Promise<CheckpointTuple | undefined> {
    const { thread_id: threadId, checkpoint_ns: ns = "" } = config.configurable ?? {};
    const namespace = threadId === undefined ? undefined : this.#threads.get(String(threadId))?.get(ns);
    if (threadId === undefined || namespace === undefined) return undefined;
    const id = getCheckpointId(config) || namespace.latestId;
    const stored = namespace.checkpoints.get(id);
    return stored === undefined ? undefined : this.#toTuple(String(threadId), ns, stored, namespace);
  }

  async *list(config: CheckpointConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { thread_id, checkpoint_ns, checkpoint_id } = config.configurable ?? {};
    const before = options.before?.configurable?.checkpoint_id;
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for (const [threadId, namespaces] of this.#threads) {
      if (thread_id !== undefined && threadId !== String(thread_id)) continue;
      for (const { ns, namespace, stored } of newestFirst(namespaces, checkpoint_ns)) {
        const { id } = stored;
        if (checkpoint_id !== undefined && id !== checkpoint_id) continue;
        if (before !== undefined && id >= before) continue;
        if (options.filter !== undefined && !matches(await this.#load(stored.metadata), options.filter)) continue;
        if (left-- <= 0) return;
        yield await this.#toTuple(threadId, ns, stored, namespace);
      }
    }
  }

  async put(
    config: CheckpointConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions = checkpoint.channel_versions,
  ): Promise<CheckpointConfig> {
    const { threadId, ns, parentId } = placeOfPut(config);
    const namespace = this.#namespaceOf(threadId, ns);
    const parent = parentId === undefined ? undefined : namespace.checkpoints.get(parentId);
    // The caller may change its records once this call has begun to wait: serialize before.
    const { id, channel_values: _, channel_versions, ...rest } = checkpoint;
    const bare = JSON.stringify(rest);
    const versions = { ...channel_versions };
    const channels = sharedNames(Object.keys(checkpoint.channel_values), parent?.channels);
    const dumped = channels.map((channel, i) => {
      const former = formerValue(channel, i, parent);
      if (former !== undefined && isUnchanged(channel, checkpoint, parent, newVersions)) return former;
      return this.#dump(checkpoint.channel_values[channel], former);
    });
    const metadataDump = this.#dump(metadata);
    const values = dumped.some(isPromise) ? await Promise.all(dumped) : (dumped as Stored[]);
    namespace.checkpoints.set(id, {
      id,
      bare,
      versions,
      channels,
      values,
      metadata: isPromise(metadataDump) ? await metadataDump : metadataDump,
      parentId,
      runId: typeof metadata.run_id === "string" ? metadata.run_id : undefined,
      writes: namespace.earlyWrites?.get(id) ?? namespace.checkpoints.get(id)?.writes,
    });
    namespace.earlyWrites?.delete(id);
    if (id > namespace.latestId) namespace.latestId = id;
    return configOfCheckpoint(threadId, ns, id);
  }

  async putWrites(config: CheckpointConfig, writes: PendingWrite[], taskId: string, taskPath = ""): Promise<void> {
    const { threadId, ns, checkpointId } = placeOfWrites(config);
    const namespace = this.#namespaceOf(threadId, ns);
    const dumped = writes.map(([, value]) => this.#dump(value));
    const values = dumped.some(isPromise) ? await Promise.all(dumped) : (dumped as Stored[]);
    writesOf(namespace, checkpointId).add({
      taskId,
      taskPath,
      indexes: writes.map(([channel], i) => WRITES_IDX_MAP[channel] ?? i),
      channels: writes.map(([channel]) => channel),
      values,
    });
  }

  async deleteThread(threadId: string): Promise<void> {
    this.#threads.delete(String(threadId));
  }

  async deleteForRuns(runIds: readonly string[]): Promise<void> {
    const gone = new Set(runIds);
    for (const threadId of [...this.#threads.keys()]) {
      this.#remove(threadId, ({ runId }) => runId !== undefined && gone.has(runId));
    }
  }

  async copyThread(sourceThreadId: string, targetThreadId: string): Promise<void> {
    const source = this.#threads.get(String(sourceThreadId));
    if (source === undefined) return;
    if (this.#threads.has(String(targetThreadId))) {
      throw new Error(
        `Thread "${targetThreadId}" has checkpoints already; copy to a new thread, or remove them first.`,
      );
    }
    const copies = [...source].map(([ns, namespace]) => [ns, copyOf(namespace)] as const);
    this.#threads.set(String(targetThreadId), new Map(copies));
  }

  async prune(
    threadIds: readonly string[],
    { strategy = "keep_latest" }: { strategy?: PruneStrategy } = {},
  ): Promise<number> {
    let total = 0;
    for (const threadId of threadIds.map(String)) {
      const kept = strategy === "delete" ? new Set() : await this.#toKeep(threadId);
      total += this.#remove(threadId, (stored) => !kept.has(stored));
    }
    return total;
  }

  async sizeOfThread(threadId: string): Promise<ThreadSize> {
    const size = new StoredSize();
    const all = newestFirst(this.#threads.get(String(threadId)) ?? new Map(), undefined);
    for (const { stored } of all) {
      size.addText(stored.bare);
      size.addText(JSON.stringify([stored.id, stored.versions]));
      size.addValue(stored.metadata);
      for (const value of stored.values) size.addValue(value);
      for (const { channel, value } of stored.writes?.inOrder() ?? []) {
        size.addText(channel);
        size.addValue(value);
      }
    }
    return { checkpoints: all.length, bytes: size.bytes };
  }

  async #toKeep(threadId: string): Promise<Set<StoredCheckpoint>> {
    const links: (CheckpointLinks & { stored: StoredCheckpoint })[] = [];
    for (const { ns, stored } of newestFirst(this.#threads.get(threadId) ?? new Map(), undefined)) {
      const { id, parentId, channels } = stored;
      const { v } = JSON.parse(stored.bare) as Pick<Checkpoint, "v">;
      const metadata = (await this.#load(stored.metadata)) as Record<string, unknown>;
      links.push({ ns, id, parentId, channels, v, metadata, stored });
    }
    return new Set([...checkpointsToKeep(links)].map(({ stored }) => stored));
  }

  /** How many there were. */
  #remove(threadId: string, isGone: (stored: StoredCheckpoint) => boolean): number {
    const namespaces = this.#threads.get(threadId) ?? new Map<string, Namespace>();
    let removed = 0;
    for (const [ns, namespace] of namespaces) {
      const { checkpoints } = namespace;
      const gone = [...checkpoints.values()].filter(isGone);
      for (const { id } of gone) checkpoints.delete(id);
      removed += gone.length;
      namespace.latestId = [...checkpoints.keys()].reduce((latest, id) => (id > latest ? id : latest), "");
      if (gone.length > 0 && checkpoints.size === 0) namespaces.delete(ns);
    }
    if (removed > 0 && namespaces.size === 0) this.#threads.delete(threadId);
    return removed;
  }

  #namespaceOf(threadId: string, ns: string): Namespace {
    const namespaces = this.#threads.get(threadId) ?? new Map<string, Namespace>();
    this.#threads.set(threadId, namespaces);
    const namespace = namespaces.get(ns) ?? { checkpoints: new Map(), latestId: "", earlyWrites: undefined };
    namespaces.set(ns, namespace);
    return namespace;
  }

  async #toTuple(
    threadId: string,
    ns: string,
    stored: StoredCheckpoint,
    namespace: Namespace,
  ): Promise<CheckpointTuple> {
    const configOf = (id: string) => configOfCheckpoint(threadId, ns, id);
    const checkpoint: Checkpoint = {
      ...(JSON.parse(stored.bare) as Omit<Checkpoint, "id" | "channel_values" | "channel_versions">),
      id: stored.id,
      channel_values: {},
      channel_versions: { ...stored.versions },
    };
    for (const [i, channel] of stored.channels.entries()) {
      const value = await this.#load(stored.values[i] as Stored);
      // A channel may be called "__proto__"; plain assignment would set the prototype.
      Object.defineProperty(checkpoint.channel_values, channel, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    if (lacksPendingSends(checkpoint) && stored.parentId !== undefined)
      addPendingSends(checkpoint, await this.#loadWrites(namespace.checkpoints.get(stored.parentId)?.writes));
    return {
      config: configOf(stored.id),
      checkpoint,
      metadata: (await this.#load(stored.metadata)) as CheckpointMetadata,
      pendingWrites: await this.#loadWrites(stored.writes),
      ...(stored.parentId === undefined ? {} : { parentConfig: configOf(stored.parentId) }),
    };
  }

  async #loadWrites(writes: CheckpointWrites | undefined): Promise<CheckpointPendingWrite[]> {
    const loaded: CheckpointPendingWrite[] = [];
    for (const { taskId, channel, value } of writes?.inOrder() ?? [])
      loaded.push([taskId, channel, await this.#load(value)]);
    return loaded;
  }

  /** A list that grew since its former version is kept as what was added. */
  #dump(value: unknown, former?: Stored): Stored | Promise<Stored> {
    if (this.#sync === undefined) return this.serde.dumpsTyped(value);
    const texts = this.#messages?.textsOf(value);
    if (texts !== undefined) return AppendedList.of(texts, former instanceof AppendedList ? former : undefined);
    const text = this.#sync.stringify(value);
    return Array.isArray(former) || former instanceof AppendedList ? text : appendTo(former, text);
  }

  #load(stored: Stored): unknown {
    if (Array.isArray(stored)) return this.serde.loadsTyped(stored[0], stored[1]);
    if (stored instanceof AppendedList) return this.#messages?.parse(stored.texts());
    return this.#sync?.parse(wholeText(stored));
  }
}

/** The values are shared: what is stored never changes. */
function copyOf({ checkpoints, latestId }: Namespace): Namespace {
  const copies = [...checkpoints].map(([id, stored]) => {
    return [id, { ...stored, runId: undefined, writes: stored.writes?.copy() }] as const;
  });
  return { checkpoints: new Map(copies), latestId, earlyWrites: undefined };
}

/** The parent's list when the names are the same: one list serves a whole thread. */
function sharedNames(names: string[], parent: readonly string[] | undefined): readonly string[] {
  const isSame = parent?.length === names.length && names.every((name, i) => name === parent[i]);
  return isSame ? parent : names;
}

function formerValue(channel: string, index: number, parent: StoredCheckpoint | undefined): Stored | undefined {
  if (parent === undefined) return undefined;
  return parent.values[parent.channels[index] === channel ? index : parent.channels.indexOf(channel)];
}

/** Whether the parent's stored value still holds. */
function isUnchanged(
  channel: string,
  checkpoint: Checkpoint,
  parent: StoredCheckpoint | undefined,
  newVersions: ChannelVersions,
): boolean {
  const version = checkpoint.channel_versions[channel];
  return version !== undefined && !(channel in newVersions) && parent?.versions[channel] === version;
}

function writesOf(namespace: Namespace, checkpointId: string): CheckpointWrites {
  const checkpoint = namespace.checkpoints.get(checkpointId);
  if (checkpoint !== undefined) {
    checkpoint.writes ??= new CheckpointWrites();
    return checkpoint.writes;
  }
  namespace.earlyWrites ??= new Map();
  const early = namespace.earlyWrites.get(checkpointId) ?? new CheckpointWrites();
  namespace.earlyWrites.set(checkpointId, early);
  return early;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

function newestFirst(namespaces: Map<string, Namespace>, only: string | undefined) {
  const all: { ns: string; namespace: Namespace; stored: StoredCheckpoint }[] = [];
  for (const [ns, namespace] of namespaces) {
    if (only !== undefined && ns !== only) continue;
    for (const stored of namespace.checkpoints.values()) all.push({ ns, namespace, stored });
  }
  return all.sort((a, b) => (a.stored.id < b.stored.id ? 1 : -1));
}

function matches(metadata: unknown, filter: Record<string, unknown>): boolean {
  if (typeof metadata !== "object" || metadata === null) return false;
  const record = metadata as Record<string, unknown>;
  return Object.entries(filter).every(([key, value]) => record[key] === value);
}

function isSynchronous(serde: object): serde is SerializerProtocol & Serializer {
  return "stringify" in serde && typeof serde.stringify === "function" && "parse" in serde;
}
