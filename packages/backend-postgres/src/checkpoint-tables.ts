import { type Lease, LeaseLostError, Recent, untilAvailable } from "@heddle/backend";
import type { ChannelVersions, Checkpoint } from "@heddle/checkpoint";
import { ChannelValues, type Piece } from "./channel-values.ts";
import { type CheckpointRow, READ_CHECKPOINT } from "./checkpoint-row.ts";
import type { Database } from "./database.ts";
import { placesOf, type StoredValues, toStoredValues } from "./stored-value.ts";

/** Which graph of which thread. */
export interface CheckpointScope {
  threadId: string;
  ns: string;
}

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

/** A thread as it was when something was read or written; absent before that. */
interface ThreadMark {
  seq?: number;
  removals?: number;
}

/** What the next checkpoint needs to know of its parent. */
interface Parent {
  thread: ThreadMark;
  versions: ChannelVersions;
  values: StoredValues;
}

/** A checkpoint, ready to be written. */
interface Plan {
  values: StoredValues;
  pieces: Piece[];
  /** What it builds on, and what it leaves. */
  base: ThreadMark | undefined;
  thread: ThreadMark;
}

/** A checkpoint as it was when it was put: the caller may change its records once a put has begun to wait. */
interface Entry extends NewCheckpoint {
  /** All of the checkpoint but its channel values, as JSON. */
  head: string;
}

/** How many checkpoints are remembered as possible parents. */
const MAX_PARENTS = 2000;

/**
 * Writes checkpoints: rows that name their values, which are kept apart. A put is one statement as long as its parent is
 * remembered from being read or written by this process; else the parent is read first. What is remembered is checked by the
 * same statement (ThreadMark); when it no longer holds, the checkpoint is written again by what is in the database.
 */
export class CheckpointTables {
  readonly values: ChannelValues;
  readonly isDurable: boolean;
  readonly #database: Database;
  readonly #parents = new Recent<Parent>(MAX_PARENTS);
  /** Puts of one graph of one thread follow each other: later ones build on earlier ones. */
  readonly #underWay = new Map<string, Promise<void>>();

  /** `isDurable`: survives not only the process, but also a loss of power at the database, once resolved. */
  constructor(database: Database, isDurable: boolean) {
    this.#database = database;
    this.isDurable = isDurable;
    this.values = new ChannelValues(database);
  }

  /** See Checkpointer.put. The checkpoint is taken as it is at the call. */
  insert(entry: NewCheckpoint, stringify: (value: unknown) => string): Promise<void> {
    const key = JSON.stringify([entry.threadId, entry.ns]);
    const parent = entry.parentId === undefined ? undefined : this.#parents.get(parentKey(entry, entry.parentId));
    const isKnown = entry.parentId === undefined || parent !== undefined;
    const channels = Object.keys(entry.checkpoint.channel_values);
    const canPlan = isKnown && this.values.hasIds(channels.length);
    const frozen = freeze(entry, canPlan ? undefined : stringify);
    const plan = canPlan ? this.#plan(frozen, parent, stringify) : undefined;
    const put = this.#insertAfter(this.#underWay.get(key), { entry: frozen, plan, stringify });
    const done = put.finally(() => {
      if (this.#underWay.get(key) === done) this.#underWay.delete(key);
    });
    this.#underWay.set(key, done);
    return done;
  }

  /** Remembers a checkpoint that was read, as the parent of the next. */
  remember(row: CheckpointRow, values: StoredValues, versions: ChannelVersions): void {
    const scope = { threadId: row.thread_id, ns: row.checkpoint_ns };
    if (this.#underWay.has(JSON.stringify([scope.threadId, scope.ns]))) return;
    const thread = { seq: row.thread_seq, removals: row.removals };
    this.#parents.set(parentKey(scope, row.checkpoint_id), { thread, versions, values }, 1);
  }

  async #insertAfter(
    before: Promise<void> | undefined,
    put: { entry: Entry; plan: Plan | undefined; stringify: Stringify },
  ): Promise<void> {
    await put.entry.before?.();
    const isSound = before === undefined || (await before.then(yes, no));
    const { entry, plan } = put;
    if (plan !== undefined && isSound && (await this.#write(entry, plan))) return;
    if (plan !== undefined) this.#forget(entry, plan.values);
    await this.values.prepare(2 * Object.keys(entry.checkpoint.channel_values).length);
    const parent = entry.parentId === undefined ? undefined : await this.#readParent(entry, entry.parentId);
    const stringify = (value: unknown) => (value instanceof Frozen ? value.text : put.stringify(value));
    // Lists are appended to once more only if that has not failed just now.
    for (const mayAppend of plan === undefined ? [true, false] : [false]) {
      const anew = this.#plan(entry, parent, stringify, mayAppend);
      if (await this.#write(entry, anew)) return;
      this.#forget(entry, anew.values);
    }
    throw new Error(`Checkpoints of thread "${entry.threadId}" were removed while one was being stored.`);
  }

  #forget(entry: Entry, values: StoredValues): void {
    this.#parents.delete(parentKey(entry, entry.checkpoint.id));
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
    const thread: ThreadMark = {};
    this.#parents.set(parentKey(entry, id), { thread, versions, values }, 1);
    return { values, pieces, base: parent?.thread, thread };
  }

  /** False when what the plan builds on no longer holds, or somebody has appended to the same list. */
  async #write(entry: Entry, { values, pieces, base, thread }: Plan): Promise<boolean> {
    const places = placesOf(values);
    try {
      const put = () =>
        this.#database.queryOne<PutRow>(PUT, [
          entry.threadId,
          entry.ns,
          entry.checkpoint.id,
          entry.parentId,
          entry.runId,
          entry.head,
          entry.metadata,
          JSON.stringify(Object.fromEntries(values)),
          places.map(([valueId]) => valueId),
          places.map(([, length]) => length),
          base?.seq,
          base?.removals,
          pieces.map(({ valueId }) => valueId),
          pieces.map(({ startsAt }) => startsAt),
          pieces.map(({ startsAt, text }) => startsAt + text.length),
          pieces.map(({ text }) => text),
          this.isDurable,
          entry.lease?.run.runId,
          entry.lease?.attempt,
        ]);
      // A run waits for the database; a request does not. What was stored though nobody heard of it is stored once more.
      const row = await (entry.lease === undefined ? put() : untilAvailable(put));
      if (!row.is_held && entry.lease !== undefined)
        throw new LeaseLostError(entry.lease.run.runId, entry.lease.attempt);
      thread.seq = row.thread_seq;
      thread.removals = row.removals;
      return row.is_stored;
    } catch (error) {
      this.#forget(entry, values);
      if (isTaken(error)) return false;
      throw error;
    }
  }

  async #readParent({ threadId, ns }: NewCheckpoint, parentId: string): Promise<Parent | undefined> {
    const [row] = await this.#database.query<CheckpointRow>(READ_CHECKPOINT, [threadId, ns, parentId]);
    if (row === undefined) return undefined;
    const head: Omit<Checkpoint, "channel_values"> = JSON.parse(row.head);
    const thread = { seq: row.thread_seq, removals: row.removals };
    const values = toStoredValues(row.channel_values);
    // Also for the texts of the lists, so that this one can append to them.
    this.values.restore(values, row.apart ?? []);
    return { thread, versions: head.channel_versions, values };
  }
}

interface PutRow {
  is_stored: boolean;
  is_held: boolean;
  thread_seq: number;
  removals: number;
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
function freeze(entry: NewCheckpoint, stringify: Stringify | undefined): Entry {
  const { channel_values, ...head } = entry.checkpoint;
  const values = Object.entries(channel_values);
  return {
    ...entry,
    head: JSON.stringify(head),
    newVersions: { ...entry.newVersions },
    checkpoint: {
      ...head,
      channel_versions: { ...head.channel_versions },
      channel_values: Object.fromEntries(
        stringify === undefined ? values : values.map(([channel, value]) => [channel, new Frozen(stringify(value))]),
      ),
    },
  };
}

function parentKey({ threadId, ns }: CheckpointScope, checkpointId: string): string {
  return JSON.stringify([threadId, ns, checkpointId]);
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "constraint" in error && error.constraint === "channel_values_pkey";
}

function yes(): boolean {
  return true;
}

function no(): boolean {
  return false;
}

const PUT = `SELECT * FROM heddle.put_checkpoint($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`;
