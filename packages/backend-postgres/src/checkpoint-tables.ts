import { type Lease, Recent } from "@heddle/backend";
import type { ChannelVersions, Checkpoint, StoredWrite } from "@heddle/checkpoint";
import { ChannelValues, type Piece } from "./channel-values.ts";
import { CheckpointReader, type CheckpointScope } from "./checkpoint-reader.ts";
import type { CheckpointRow } from "./checkpoint-row.ts";
import { type CheckpointRef, saveWrites } from "./checkpoint-writes.ts";
import type { Database } from "./database.ts";
import { Progress } from "./progress.ts";
import { placesOf, type StoredValues, toStoredValues } from "./stored-value.ts";

/** A checkpoint to be put. */
export interface NewCheckpoint extends CheckpointScope {
  parentId: string | undefined;
  runId: string | undefined;
  checkpoint: Checkpoint;
  metadata: string;
  newVersions: ChannelVersions;
  /** Of the run that puts it. */
  lease: Lease | undefined;
  /** To be awaited before it is written. */
  before: (() => Promise<void>) | undefined;
}

/** What the next checkpoint needs to know of its parent. */
interface Parent {
  checkpointId: string;
  versions: ChannelVersions;
  values: StoredValues;
}

/** A checkpoint, ready to be written. */
interface Plan {
  values: StoredValues;
  pieces: Piece[];
  /** Values that are the parent's, up to the length they have there. */
  reused: { id: number; length: number }[];
}

/** A checkpoint as it was when it was put: the caller may change its records once a put has begun to wait. */
interface Entry extends NewCheckpoint {
  /** All of the checkpoint but its channel values, as JSON. */
  head: string;
  /** Names the graph of the thread. */
  scope: string;
}

/** A put that is under way. */
interface Put {
  entry: Entry;
  plan: Plan | undefined;
  stringify: Stringify;
  /** What was written on top of it before it was sent. */
  writes: StoredWrite[];
  isSent: boolean;
  /** It is written, or waits to be written together with what comes next. */
  queued: Promise<void>;
  markQueued: () => void;
  done: Promise<void>;
}

/** Of how many graphs of threads the latest checkpoint is remembered. */
const MAX_LATEST = 2000;

/**
 * Writes checkpoints: rows that name their values, which are kept apart. A put is part of one statement as long as its parent is
 * the latest of its graph that this process has read or written; else the parent is read first. Values that are taken for those of the
 * parent are looked for by the same statement; when the parent does not have them (any more), the checkpoint is written again by
 * what is in the database.
 *
 * Puts of one graph of one thread are written in their order, and the later ones need not wait for the answer to the former.
 */
export class CheckpointTables {
  readonly values: ChannelValues;
  readonly reader: CheckpointReader;
  readonly progress: Progress;
  /** The checkpoint that was written or read last, of each graph of each thread: nearly always the parent of the next. */
  readonly #latest = new Recent<Parent>(MAX_LATEST);
  /** The last checkpoint of all that has writes beside its row, perhaps before it was put. */
  #lastWithRows = "";
  /** The last put of each graph of each thread. */
  readonly #underWay = new Map<string, Put>();

  /** `isDurable`: see Progress. */
  constructor(database: Database, isDurable: boolean) {
    this.reader = new CheckpointReader(database);
    this.progress = new Progress(database, isDurable);
    this.values = new ChannelValues(database);
  }

  /** See Checkpointer.put. The checkpoint is taken as it is at the call. */
  insert(entry: NewCheckpoint, stringify: (value: unknown) => string): Promise<void> {
    const scope = scopeKey(entry);
    const latest = this.#latest.get(scope);
    const parent = latest?.checkpointId === entry.parentId ? latest : undefined;
    const isKnown = entry.parentId === undefined || parent !== undefined;
    const channels = Object.keys(entry.checkpoint.channel_values);
    const canPlan = isKnown && this.values.hasIds(channels.length);
    const frozen = freeze(entry, scope, canPlan ? undefined : stringify);
    const plan = canPlan ? this.#plan(frozen, parent, stringify) : undefined;
    const former = this.#underWay.get(scope);
    let markQueued = () => {};
    const queued = new Promise<void>((resolve) => {
      markQueued = resolve;
    });
    const put: Put = {
      entry: frozen,
      plan,
      stringify,
      writes: [],
      isSent: false,
      queued,
      markQueued,
      done: Promise.resolve(),
    };
    put.done = this.#insertAfter(former, put).finally(() => {
      markQueued();
      if (this.#underWay.get(scope) === put) this.#underWay.delete(scope);
    });
    this.#underWay.set(scope, put);
    return put.done;
  }

  /** See Checkpointer.putWrites. What comes before its checkpoint is sent goes with it. */
  async insertWrites(ref: CheckpointRef, writes: readonly StoredWrite[], lease: Lease | undefined): Promise<void> {
    const { checkpointId } = ref;
    const put = this.#underWay.get(scopeKey(ref));
    const isOpen = put?.entry.checkpoint.id === checkpointId && !put.isSent && put.entry.lease === lease;
    // After writes that have rows come only such, so that it stays known which were first.
    if (isOpen && checkpointId > this.#lastWithRows) {
      put.writes.push(...writes);
      return put.done;
    }
    if (checkpointId > this.#lastWithRows) this.#lastWithRows = checkpointId;
    await saveWrites(this.progress, { ...ref, lease }, writes);
  }

  /** Remembers a checkpoint that was read, as the parent of the next. */
  remember(row: CheckpointRow, values: StoredValues, versions: ChannelVersions): void {
    const scope = scopeKey({ threadId: row.thread_id, ns: row.checkpoint_ns });
    if (this.#underWay.has(scope)) return;
    const checkpointId = row.checkpoint_id;
    // Whoever looks into the history takes nothing from the run that goes on. Ids grow.
    if ((this.#latest.get(scope)?.checkpointId ?? "") <= checkpointId) {
      this.#latest.set(scope, { checkpointId, versions, values }, 1);
    }
  }

  async #insertAfter(former: Put | undefined, put: Put): Promise<void> {
    const { entry, plan } = put;
    // A promise that nobody needs is a part of what a short step costs.
    if (entry.before !== undefined) await entry.before();
    if (former !== undefined) await former.queued;
    if (plan !== undefined && (await this.#write(put, plan))) return;
    if (plan !== undefined) this.#forget(entry, plan.values);
    // Anew, by what is in the database once the former put is.
    await former?.done.catch(() => {});
    await this.values.prepare(2 * Object.keys(entry.checkpoint.channel_values).length);
    const parent = entry.parentId === undefined ? undefined : await this.#readParent(entry, entry.parentId);
    const stringify = (value: unknown) => (value instanceof Frozen ? value.text : put.stringify(value));
    // Lists are appended to once more only if that has not failed just now.
    for (const mayAppend of plan === undefined ? [true, false] : [false]) {
      const anew = this.#plan(entry, parent, stringify, mayAppend);
      if (await this.#write(put, anew)) return;
      this.#forget(entry, anew.values);
    }
    throw new Error(`Checkpoints of thread "${entry.threadId}" were removed while one was being stored.`);
  }

  #forget(entry: Entry, values: StoredValues): void {
    if (this.#latest.get(entry.scope)?.checkpointId === entry.checkpoint.id) this.#latest.delete(entry.scope);
    this.values.forget(values);
  }

  /** Where the values go. Those that are unchanged since the parent are named again. */
  #plan(entry: Entry, parent: Parent | undefined, stringify: Stringify, mayAppend = true): Plan {
    const { id, channel_values, channel_versions: versions } = entry.checkpoint;
    const values: StoredValues = new Map();
    const pieces: Piece[] = [];
    for (const [channel, value] of Object.entries(channel_values)) {
      const previous = parent?.values.get(channel);
      const version = versions[channel];
      const isUnchanged =
        version !== undefined && !Object.hasOwn(entry.newVersions, channel) && parent?.versions[channel] === version;
      const stored = isUnchanged ? previous : undefined;
      const base = mayAppend ? previous : undefined;
      values.set(channel, stored ?? this.values.store(stringify(value), base, pieces));
    }
    this.#latest.set(entry.scope, { checkpointId: id, versions, values }, 1);
    const starts = new Map(pieces.map(({ valueId, startsAt }) => [valueId, startsAt]));
    const reused = placesOf(values)
      .map(([id, length]) => ({ id, length: starts.get(id) ?? length }))
      .filter(({ length }) => length > 0);
    return { values, pieces, reused };
  }

  /** False when what the plan builds on is not there, or somebody has appended to the same list. */
  async #write(put: Put, { values, pieces, reused }: Plan): Promise<boolean> {
    const { entry } = put;
    const places = placesOf(values);
    const saving = this.progress.save({
      thread_id: entry.threadId,
      ns: entry.ns,
      id: entry.checkpoint.id,
      lease: entry.lease,
      parent: entry.parentId,
      run: entry.runId,
      ids: `{${places.map(([valueId]) => valueId).join()}}`,
      lengths: `{${places.map(([, length]) => length).join()}}`,
      reused: orNone(reused),
      pieces: orNone(
        pieces.map(({ valueId, startsAt, text }) => ({ id: valueId, start: startsAt, end: startsAt + text.length })),
      ),
      texts: () => {
        put.isSent = true;
        const writes = put.writes.length === 0 ? "" : JSON.stringify(put.writes);
        const valuesText = JSON.stringify(Object.fromEntries(values));
        return [entry.head, entry.metadata, valuesText, writes, ...pieces.map(({ text }) => text)];
      },
    });
    put.markQueued();
    try {
      return (await saving) === "stored";
    } catch (error) {
      this.#forget(entry, values);
      if (isTaken(error)) return false;
      throw error;
    }
  }

  async #readParent(scope: CheckpointScope, parentId: string): Promise<Parent | undefined> {
    const row = await this.reader.read(scope, parentId);
    if (row === undefined) return undefined;
    const head: Omit<Checkpoint, "channel_values"> = JSON.parse(row.head);
    const values = toStoredValues(row.channel_values);
    // Also for the texts of the lists, so that this one can append to them.
    this.values.restore(values, row.apart ?? []);
    return { checkpointId: parentId, versions: head.channel_versions, values };
  }
}

/** Nothing costs less than an empty list. */
function orNone<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}

type Stringify = (value: unknown) => string;

/** The text of a value as it was when the checkpoint was put. */
class Frozen {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** With `stringify` the values as well; without it they are about to be written anyway. */
function freeze(entry: NewCheckpoint, scope: string, stringify: Stringify | undefined): Entry {
  const { channel_values, ...rest } = entry.checkpoint;
  const head = JSON.stringify(rest);
  const values = stringify === undefined ? { ...channel_values } : freezeValues(channel_values, stringify);
  const checkpoint = Object.assign(rest, { channel_versions: { ...rest.channel_versions }, channel_values: values });
  return { ...entry, scope, head, newVersions: { ...entry.newVersions }, checkpoint };
}

function freezeValues(values: Record<string, unknown>, stringify: Stringify): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([channel, value]) => [channel, new Frozen(stringify(value))]));
}

function scopeKey({ threadId, ns }: CheckpointScope): string {
  return JSON.stringify([threadId, ns]);
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "constraint" in error && error.constraint === "channel_values_pkey";
}
