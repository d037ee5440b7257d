import { type ChannelVersions, type Checkpoint, mergeWrites, type StoredWrite } from "@heddle/checkpoint";
import { ChannelValues, type StoredValues, toStoredValues } from "./channel-values.ts";
import {
  checkpointsOfRun,
  checkpointsToPrune,
  lengthsOf,
  removeCheckpoints,
  storedValuesOf,
  threadsOfRuns,
  usedLengths,
} from "./checkpoint-removal.ts";
import { type CheckpointThread, ensureThread, findThread, insertCopy, removeThread } from "./checkpoint-threads.ts";
import { insertWrites, WRITES_OF_CHECKPOINT } from "./checkpoint-writes.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { type CheckpointColumns, LatestCheckpoints, NO_WRITES } from "./latest-checkpoints.ts";
import { OpenCheckpoints } from "./open-checkpoints.ts";

/** Which graph of which thread. */
export interface CheckpointScope {
  threadId: string;
  ns: string;
}

export interface CheckpointRef extends CheckpointScope {
  checkpointId: string;
}

/** All of a checkpoint but its channel values. */
export type CheckpointHead = Omit<Checkpoint, "channel_values">;

/** A checkpoint as its row holds it. */
export interface CheckpointRow extends CheckpointRef {
  parentId: string | undefined;
  head: CheckpointHead;
  metadata: string;
  values: StoredValues;
  /** On top of it, in the order in which a run applies them. */
  writes: StoredWrite[];
}

export interface NewCheckpoint extends CheckpointScope {
  parentId: string | undefined;
  runId: string | undefined;
  checkpoint: Checkpoint;
  metadata: string;
  newVersions: ChannelVersions;
}

/** What the next checkpoint needs to know of its parent. */
interface Parent {
  thread: CheckpointThread;
  versions: ChannelVersions;
  values: StoredValues;
}

/** The checkpoints of all threads of one file: rows that name their values, which are kept apart. */
export class CheckpointTables {
  readonly values: ChannelValues;
  readonly #connection: Connection;
  readonly #latest = new LatestCheckpoints();
  readonly #open: OpenCheckpoints;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.values = new ChannelValues(connection);
    this.#open = new OpenCheckpoints(connection.database);
    connection.onCommit(() => this.#open.write());
    // What is kept in memory may not be in the file then.
    connection.onRollback(() => {
      this.#open.clear();
      this.#latest.clear();
      this.values.forget();
    });
  }

  /** The database, once all that was put is in its tables; with a scope, all of one graph of one thread. */
  flushed(scope?: CheckpointScope): Database {
    if (this.#open.has(scope && scopeKey(scope))) this.#open.write();
    return this.#connection.database;
  }

  /** The named checkpoint, or the latest one. */
  read(scope: CheckpointScope, checkpointId: string | undefined): CheckpointRow | undefined {
    if (checkpointId === undefined) return this.#readLatest(scope);
    const key = [scope.threadId, scope.ns, checkpointId];
    const row = this.flushed(scope).get<Row>(`${SELECT} AND c.checkpoint_id = ?`, key);
    if (row === undefined) return undefined;
    const [, , ...columns] = row;
    return toCheckpointRow(scope, columns);
  }

  /** The checkpoints which a list is to consider, newest first. */
  list(scope: Partial<CheckpointRef>, before: string | undefined, limit: number | undefined): CheckpointRef[] {
    return this.flushed()
      .all<[string, string, string]>(
        `SELECT t.thread_id, c.checkpoint_ns, c.checkpoint_id
         FROM checkpoints c JOIN checkpoint_threads t ON t.seq = c.thread_seq
         WHERE (?1 IS NULL OR c.thread_seq = (SELECT seq FROM checkpoint_threads WHERE thread_id = ?1))
           AND (?2 IS NULL OR c.checkpoint_ns = ?2) AND (?3 IS NULL OR c.checkpoint_id = ?3)
           AND (?4 IS NULL OR c.checkpoint_id < ?4) ORDER BY c.checkpoint_id DESC LIMIT ?5`,
        [scope.threadId ?? null, scope.ns ?? null, scope.checkpointId ?? null, before ?? null, limit ?? -1],
      )
      .map(([threadId, ns, checkpointId]) => ({ threadId, ns, checkpointId }));
  }

  /** Writes a checkpoint and those of its values which are not stored yet; within a transaction. */
  insert(entry: NewCheckpoint, stringify: (value: unknown) => string): void {
    const { ns, parentId, runId, checkpoint, metadata } = entry;
    const { channel_values: _, ...head } = checkpoint;
    const parent = this.#parentOf(entry);
    const thread = parent?.thread ?? ensureThread(this.#connection.database, entry.threadId);
    const values = this.#storeValues(entry, parent, thread, stringify);
    const headText = JSON.stringify(head);
    const valuesText = JSON.stringify(Object.fromEntries(values));
    const scope = scopeKey(entry);
    this.#open.add(scope, {
      threadSeq: thread.seq,
      ns,
      checkpointId: checkpoint.id,
      parentId: parentId ?? null,
      runId: runId ?? null,
      head: headText,
      metadata,
      values: valuesText,
      writes: [],
    });
    this.#latest.setWritten(
      scope,
      { thread, checkpointId: checkpoint.id, versions: { ...checkpoint.channel_versions }, values },
      [checkpoint.id, parentId ?? null, headText, metadata, valuesText, NO_WRITES, NO_WRITES],
    );
  }

  /** Writes what a task wrote on top of a checkpoint; within a transaction. */
  insertWrites(ref: CheckpointRef, writes: readonly StoredWrite[]): void {
    const { ns, checkpointId } = ref;
    const scope = scopeKey(ref);
    // After writes that have rows come only such, so that it stays known which were first.
    const isOpen = !this.#latest.mayHaveRows(checkpointId) && this.#open.addWrites(scope, checkpointId, writes);
    if (!isOpen) {
      const { database } = this.#connection;
      const { seq } = this.#latest.get(scope)?.thread ?? ensureThread(database, ref.threadId);
      insertWrites(database, { threadSeq: seq, ns, checkpointId }, writes);
    }
    this.#latest.noteWrites(scope, checkpointId, !isOpen);
  }

  /** Removes a thread's checkpoints and writes, and its values unless copies share them; within a transaction. Returns how many. */
  deleteThread(threadId: string): number {
    const database = this.flushed();
    const thread = findThread(database, threadId);
    if (thread === undefined) return 0;
    const namespaces = database.all<[string]>("SELECT DISTINCT checkpoint_ns FROM checkpoints WHERE thread_seq = ?", [
      thread.seq,
    ]);
    const valuesOfThread = storedValuesOf(database, thread);
    for (const [ns] of namespaces) this.#latest.delete(scopeKey({ threadId, ns }));
    database.run("DELETE FROM checkpoint_writes WHERE thread_seq = ?", [thread.seq]);
    const count = database.run("DELETE FROM checkpoints WHERE thread_seq = ?", [thread.seq]);
    if (removeThread(database, thread)) this.values.deleteFamily(thread.family);
    else this.#cutUnused(thread, valuesOfThread);
    return count;
  }

  /** Removes the checkpoints whose metadata names the run, with values that nobody else has; within a transaction. */
  deleteRun(threadId: string, runId: string): void {
    const database = this.flushed();
    const thread = findThread(database, threadId);
    if (thread !== undefined) this.#remove(threadId, thread, checkpointsOfRun(database, thread, runId));
  }

  /** The same for runs of any thread. */
  deleteRuns(runIds: readonly string[]): void {
    for (const { threadId, runId } of threadsOfRuns(this.flushed(), runIds)) this.deleteRun(threadId, runId);
  }

  /** See CheckpointStorage.prune for `keep_latest`; within a transaction. */
  prune(threadId: string, parseMetadata: (text: string) => Record<string, unknown>): number {
    const database = this.flushed();
    const thread = findThread(database, threadId);
    if (thread === undefined) return 0;
    const checkpoints = checkpointsToPrune(database, thread, parseMetadata);
    this.#remove(threadId, thread, checkpoints);
    return checkpoints.length;
  }

  /** Gives the new thread all checkpoints and writes of the other; within a transaction. */
  copyThread(threadId: string, newThreadId: string): void {
    const database = this.flushed();
    const source = findThread(database, threadId);
    if (source === undefined) return;
    if (findThread(database, newThreadId) !== undefined) throw new Error(alreadyThere(newThreadId));
    const copySeq = insertCopy(database, source, newThreadId);
    database.run(
      `INSERT INTO checkpoints (thread_seq, checkpoint_ns, checkpoint_id, parent_id, run_id, head, metadata, channel_values, writes)
       SELECT ?1, checkpoint_ns, checkpoint_id, parent_id, NULL, head, metadata, channel_values, writes FROM checkpoints
       WHERE thread_seq = ?2`,
      [copySeq, source.seq],
    );
    database.run(
      `INSERT INTO checkpoint_writes (thread_seq, checkpoint_ns, checkpoint_id, task_id, idx, task_path, channel, value)
       SELECT ?1, checkpoint_ns, checkpoint_id, task_id, idx, task_path, channel, value FROM checkpoint_writes WHERE thread_seq = ?2`,
      [copySeq, source.seq],
    );
  }

  #readLatest(scope: CheckpointScope): CheckpointRow | undefined {
    const key = scopeKey(scope);
    const known = this.#latest.get(key)?.columns;
    if (known !== undefined) return toCheckpointRow(scope, known);
    const sql = `${SELECT} ORDER BY c.checkpoint_id DESC LIMIT 1`;
    const row = this.flushed(scope).get<Row>(sql, [scope.threadId, scope.ns]);
    if (row === undefined) return undefined;
    const [seq, family, ...columns] = row;
    const latest = toCheckpointRow(scope, columns);
    const { checkpointId, values } = latest;
    const versions = { ...latest.head.channel_versions };
    this.#latest.setRead(key, { thread: { seq, family }, checkpointId, versions, values }, columns);
    return latest;
  }

  #storeValues(
    { checkpoint, newVersions }: NewCheckpoint,
    parent: Parent | undefined,
    { family }: CheckpointThread,
    stringify: (value: unknown) => string,
  ): StoredValues {
    const values: StoredValues = new Map();
    for (const channel of Object.keys(checkpoint.channel_values)) {
      const previous = parent?.values.get(channel);
      const version = checkpoint.channel_versions[channel];
      const isUnchanged =
        version !== undefined && !Object.hasOwn(newVersions, channel) && parent?.versions[channel] === version;
      const stored = isUnchanged ? previous : undefined;
      values.set(channel, stored ?? this.values.store(family, stringify(checkpoint.channel_values[channel]), previous));
    }
    return values;
  }

  #parentOf(entry: NewCheckpoint): Parent | undefined {
    const { parentId } = entry;
    if (parentId === undefined) return undefined;
    const known = this.#latest.get(scopeKey(entry));
    if (known?.checkpointId === parentId) return known;
    const thread = findThread(this.#connection.database, entry.threadId);
    const row = thread && this.read(entry, parentId);
    return row && { thread, versions: row.head.channel_versions, values: row.values };
  }

  #remove(threadId: string, thread: CheckpointThread, checkpoints: readonly { ns: string; id: string }[]): void {
    const removed = removeCheckpoints(this.flushed(), thread, checkpoints);
    if (removed.length === 0) return;
    for (const { ns } of removed) this.#latest.delete(scopeKey({ threadId, ns }));
    this.#cutUnused(
      thread,
      removed.map(({ values }) => values),
    );
  }

  /** Removes what of values that were in use is so no more. */
  #cutUnused(thread: CheckpointThread, removed: readonly StoredValues[]): void {
    const used = usedLengths(this.flushed(), thread);
    for (const valueId of lengthsOf(removed).keys()) this.values.cut(valueId, used.get(valueId) ?? 0);
  }
}

type Row = [threadSeq: number, family: number, ...CheckpointColumns];

const SELECT = `SELECT t.seq, coalesce(t.family, t.seq), c.checkpoint_id, c.parent_id, c.head, c.metadata, c.channel_values,
    ${WRITES_OF_CHECKPOINT}
  FROM checkpoint_threads t JOIN checkpoints c ON c.thread_seq = t.seq WHERE t.thread_id = ? AND c.checkpoint_ns = ?`;

function toCheckpointRow({ threadId, ns }: CheckpointScope, columns: CheckpointColumns): CheckpointRow {
  const [checkpointId, parentId, head, metadata, values, own, later] = columns;
  return {
    threadId,
    ns,
    checkpointId,
    parentId: parentId ?? undefined,
    head: JSON.parse(head),
    metadata,
    values: toStoredValues(values),
    writes: own === NO_WRITES && later === NO_WRITES ? [] : mergeWrites([...JSON.parse(own), ...JSON.parse(later)]),
  };
}

function alreadyThere(threadId: string): string {
  return `Thread "${threadId}" has checkpoints already; copy to a new thread, or remove them first.`;
}

function scopeKey({ threadId, ns }: CheckpointScope): string {
  return `${ns.length} ${ns}${threadId}`;
}
