import type { NewRun, OfferOutcome, RunRecord } from "@heddle/backend";
import { mergeConfigs, mergeRecords, passesAccess } from "@heddle/backend";
import { cancelRun } from "./end-run.ts";
import type { QueueTables } from "./queue-tables.ts";
import type { Taker } from "./ready-runs.ts";
import { indexMetadata, unindexMetadata } from "./thread-metadata.ts";
import { giveDefaultTtl } from "./thread-ttl.ts";

type Config = NewRun["assistantConfig"];
type Accepted = Extract<OfferOutcome, { status: "accepted" }>;

interface ThreadHead {
  seq: number;
  metadata: Record<string, unknown>;
  config: Config;
  isTemporary: boolean;
  hasActiveRun: boolean;
}

interface ActiveRun {
  runId: string;
  isRunning: boolean;
  isDue: boolean;
}

export interface Offered {
  outcome: OfferOutcome;
  /** The run as its worker gets it, when it was handed over at once. */
  taken?: RunRecord;
}

/** See RunQueue.offer. When the run may start and `taker` waits for one, it is written as running straight away. */
export function offerRun(tables: QueueTables, run: NewRun, taker: Taker | undefined): Offered {
  const thread = readThreadHead(tables, run.threadId);
  if (thread === undefined && run.thread === "must-exist") return { outcome: { status: "thread-missing" } };
  if (thread !== undefined && !passesAccess(thread.metadata, run.access))
    return { outcome: { status: "thread-missing" } };
  const active = thread?.hasActiveRun ? activeRuns(tables, thread) : [];
  const inTheWay = active[0];
  if (run.multitaskStrategy === "reject" && inTheWay !== undefined) {
    return { outcome: { status: "busy", runId: inTheWay.runId } };
  }
  const { cancelling, cancelled } = clearTheWay(tables, active, run.multitaskStrategy);
  const isBlocked = active.some(({ runId, isRunning, isDue }) => isRunning || (isDue && !cancelled.includes(runId)));
  const record = toRecord(run, thread, tables.now);
  const start = toStart(tables, run, isBlocked, taker);
  const isTemporary = thread?.isTemporary ?? run.thread === "temporary";
  // Cancelling the last run of a temporary thread removes the thread; it is made again.
  const isThere =
    thread !== undefined && (cancelled.length === 0 || readThreadHead(tables, run.threadId) !== undefined);
  const threadSeq = isThere ? updateThread(tables, run, thread) : insertThread(tables, run, isTemporary);
  if (run.threadTtl !== undefined) giveDefaultTtl(tables.database, threadSeq, run.threadTtl, tables.now);
  insertRun(tables, record, { ...start, isTemporary, threadSeq });
  const outcome: Accepted = { status: "accepted", run: record, cancelling, cancelled };
  return start.taker === undefined ? { outcome } : { outcome, taken: { ...record, status: "running", attempt: 1 } };
}

function readThreadHead({ database }: QueueTables, threadId: string): ThreadHead | undefined {
  const row = database.get<[number, string, string, number, number]>(
    `SELECT seq, metadata, config, is_temporary,
       EXISTS (SELECT 1 FROM runs r WHERE r.thread_seq = threads.seq AND r.is_active = 1)
     FROM threads WHERE thread_id = ?`,
    [threadId],
  );
  if (row === undefined) return undefined;
  const [seq, metadata, config, isTemporary, hasActiveRun] = row;
  return {
    seq,
    metadata: JSON.parse(metadata),
    config: JSON.parse(config),
    isTemporary: isTemporary === 1,
    hasActiveRun: hasActiveRun === 1,
  };
}

function toStart({ now }: QueueTables, run: NewRun, isBlocked: boolean, taker: Taker | undefined) {
  const notBeforeMs = run.notBefore === undefined ? 0 : Date.parse(run.notBefore);
  if (notBeforeMs > now.getTime()) return { isReady: false, notBeforeMs, taker: undefined };
  return { isReady: !isBlocked && taker === undefined, notBeforeMs: null, taker: isBlocked ? undefined : taker };
}

/** The running one first, then as they were created. */
function activeRuns({ database, now }: QueueTables, { seq }: ThreadHead): ActiveRun[] {
  return database
    .all<[string, number, number]>(
      `SELECT run_id, status = 'running', not_before IS NULL OR not_before <= ? FROM runs INDEXED BY runs_active
       WHERE thread_seq = ? AND is_active = 1 ORDER BY status = 'pending', seq`,
      [now.getTime(), seq],
    )
    .map(([runId, isRunning, isDue]) => ({ runId, isRunning: isRunning === 1, isDue: isDue === 1 }));
}

function clearTheWay(tables: QueueTables, active: readonly ActiveRun[], strategy: NewRun["multitaskStrategy"]) {
  const cancelling: string[] = [];
  const cancelled: string[] = [];
  if (strategy === "interrupt" || strategy === "rollback") {
    for (const { runId, isRunning } of active) {
      cancelRun(tables, runId, strategy);
      (isRunning ? cancelling : cancelled).push(runId);
    }
  }
  return { cancelling, cancelled };
}

function toRecord(run: NewRun, thread: ThreadHead | undefined, now: Date): RunRecord {
  return {
    runId: run.runId,
    threadId: run.threadId,
    assistantId: run.assistantId,
    graphId: run.graphId,
    createdAt: run.createdAt,
    updatedAt: now.toISOString(),
    status: "pending",
    metadata: mergeRecords(run.assistantMetadata, thread?.metadata ?? {}, run.runMetadata),
    kwargs: { ...run.kwargs, config: mergeConfigs(run.assistantConfig, thread?.config ?? {}, run.runConfig) },
    multitaskStrategy: run.multitaskStrategy,
    attempt: 0,
  };
}

function insertThread({ database, now }: QueueTables, run: NewRun, isTemporary: boolean): number {
  const metadata = { ...run.runMetadata, graph_id: run.graphId, assistant_id: run.assistantId };
  const row = database.get<[number]>(
    `INSERT INTO threads (thread_id, is_temporary, status, resting_status, created_at, updated_at, state_updated_at, metadata, config)
     VALUES (?1, ?2, 'busy', 'idle', ?3, ?4, ?4, ?5, ?6) RETURNING seq`,
    [
      run.threadId,
      isTemporary ? 1 : 0,
      run.createdAt,
      now.toISOString(),
      JSON.stringify(metadata),
      JSON.stringify(run.threadConfig ?? {}),
    ],
  );
  if (row === undefined) throw new Error(`Thread "${run.threadId}" was not written.`);
  if (!isTemporary) indexMetadata(database, row[0], metadata);
  return row[0];
}

function updateThread({ database, now }: QueueTables, run: NewRun, thread: ThreadHead): number {
  const { graphId, assistantId, threadConfig } = run;
  const { seq, metadata } = thread;
  const updatedAt = now.toISOString();
  const isSame = metadata.graph_id === graphId && metadata.assistant_id === assistantId;
  const config = JSON.stringify(threadConfig === undefined ? thread.config : mergeConfigs(thread.config, threadConfig));
  if (isSame && config === JSON.stringify(thread.config)) {
    database.run("UPDATE threads SET status = 'busy', updated_at = ? WHERE seq = ?", [updatedAt, seq]);
    return seq;
  }
  const next = { ...metadata, graph_id: graphId, assistant_id: assistantId };
  if (!isSame && !thread.isTemporary) {
    unindexMetadata(database, seq, metadata);
    indexMetadata(database, seq, next);
  }
  database.run("UPDATE threads SET status = 'busy', updated_at = ?, metadata = ?, config = ? WHERE seq = ?", [
    updatedAt,
    JSON.stringify(next),
    config,
    seq,
  ]);
  return seq;
}

interface RunStart {
  threadSeq: number;
  isTemporary: boolean;
  isReady: boolean;
  notBeforeMs: number | null;
  /** Who runs it from the start. */
  taker: Taker | undefined;
}

function insertRun(tables: QueueTables, run: RunRecord, start: RunStart): void {
  const { database, leases, ready, transaction, now } = tables;
  const { taker, threadSeq, isTemporary } = start;
  database.run(
    `INSERT INTO runs (run_id, thread_id, thread_seq, assistant_id, graph_id, status, is_active, is_ready, is_temporary,
       is_resumable, created_at, updated_at, not_before, attempt, multitask_strategy, metadata, kwargs)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      run.runId,
      run.threadId,
      threadSeq,
      run.assistantId,
      run.graphId,
      taker === undefined ? "pending" : "running",
      start.isReady ? 1 : 0,
      isTemporary ? 1 : 0,
      run.kwargs.resumable ? 1 : 0,
      run.createdAt,
      run.updatedAt,
      start.notBeforeMs,
      taker === undefined ? 0 : 1,
      run.multitaskStrategy,
      JSON.stringify(run.metadata),
      JSON.stringify(run.kwargs),
    ],
  );
  if (start.isReady) ready.add(transaction, 1);
  if (taker === undefined) return;
  const leaseUntil = now.getTime() + taker.leaseMs;
  leases.begin(transaction, { runId: run.runId, attempt: 1, threadSeq, isTemporary, leaseUntil });
}
