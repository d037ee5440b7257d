import type { CancelOutcome, Lease, NewRun, RenewOutcome, Settlement } from "@heddle/backend";

type CancelAction = "interrupt" | "rollback";
type Status = Settlement["status"] | "pending" | "running";

interface ModelRun {
  runId: string;
  threadId: string;
  status: Status;
  attempt: number;
  /** How often it was handed back: those attempts do not count. */
  released: number;
  /** Not to be leased before. */
  dueMs: number;
  leaseUntilMs: number;
  workerId: string | undefined;
  cancelAction: CancelAction | undefined;
}

interface ModelThread {
  status: string;
  /** What the last run left, or idle. */
  resting: string;
  isTemporary: boolean;
}

/** An offer's outcome as far as the queue decides it. */
export type ModelOffer =
  | { status: "accepted"; cancelling: string[]; cancelled: string[] }
  | { status: "busy"; runId: string }
  | { status: "thread-missing" };

/**
 * What a queue promises, in memory and one call at a time: the contract of RunQueue (and of the removals of Runs and Threads) as
 * a program. Runs are in the order of their creation; a thread runs its oldest one that is due.
 */
export class QueueModel {
  #runs: ModelRun[] = [];
  readonly #threads = new Map<string, ModelThread>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  offer({ runId, threadId, thread: mode, multitaskStrategy }: NewRun, dueMs: number): ModelOffer {
    const thread = this.#threads.get(threadId);
    if (thread === undefined && mode === "must-exist") return { status: "thread-missing" };
    const active = this.activeOf(threadId);
    const first = active.find(({ status }) => status === "running") ?? active[0];
    if (multitaskStrategy === "reject" && first !== undefined) return { status: "busy", runId: first.runId };
    const cancelling: string[] = [];
    const cancelled: string[] = [];
    for (const run of multitaskStrategy === "interrupt" || multitaskStrategy === "rollback" ? active : []) {
      (run.status === "running" ? cancelling : cancelled).push(run.runId);
      if (run.status === "running") run.cancelAction ??= multitaskStrategy as CancelAction;
      else this.#endUnstarted(run, multitaskStrategy as CancelAction);
    }
    const { resting = "idle", isTemporary = mode === "temporary" } = thread ?? {};
    this.#threads.set(threadId, { status: "busy", resting, isTemporary });
    const fresh = { attempt: 0, released: 0, leaseUntilMs: 0, workerId: undefined, cancelAction: undefined };
    this.#runs.push({ runId, threadId, status: "pending", dueMs, ...fresh });
    return { status: "accepted", cancelling, cancelled };
  }

  /** Of each thread that runs nothing the oldest run that is due, the oldest first. */
  startable(): string[] {
    const heads = new Map<string, ModelRun>();
    for (const run of this.#runs) {
      if (run.status === "running") heads.set(run.threadId, run);
      else if (run.status === "pending" && run.dueMs <= this.#now() && !heads.has(run.threadId)) {
        heads.set(run.threadId, run);
      }
    }
    return this.#runs.filter((run) => run.status === "pending" && heads.get(run.threadId) === run).map(idOf);
  }

  lease({ run: { runId }, workerId }: Lease, leaseMs: number): { attempt: number } {
    const run = this.#get(runId);
    run.status = "running";
    run.attempt++;
    run.workerId = workerId;
    run.leaseUntilMs = this.#now() + leaseMs;
    this.#thread(run).status = "busy";
    return { attempt: run.attempt };
  }

  renew(lease: Lease, leaseMs: number): RenewOutcome {
    const run = this.#heldBy(lease);
    if (run === undefined) return { status: "lost" };
    run.leaseUntilMs = this.#now() + leaseMs;
    return run.cancelAction === undefined ? { status: "held" } : { status: "cancel", action: run.cancelAction };
  }

  settle(lease: Lease, { status, threadStatus }: Settlement): boolean {
    const run = this.#heldBy(lease);
    if (run === undefined) return false;
    if (run.cancelAction === "rollback") this.#endAtRest(run, "rollback");
    else this.#end(run, status, threadStatus);
    return true;
  }

  release(lease: Lease): void {
    const run = this.#heldBy(lease);
    if (run === undefined) return;
    if (run.cancelAction !== undefined) this.#endAtRest(run, run.cancelAction);
    else {
      run.status = "pending";
      run.released++;
    }
  }

  cancel(runIds: readonly string[], action: CancelAction): CancelOutcome[] {
    return runIds.flatMap((runId): CancelOutcome[] => {
      const run = this.#runs.find((each) => each.runId === runId);
      if (run === undefined) return [];
      if (!isActive(run)) return [{ runId, status: "ended" }];
      if (run.status === "running") {
        run.cancelAction ??= action;
        return [{ runId, status: "cancelling" }];
      }
      this.#endAtRest(run, action);
      return [{ runId, status: "cancelled" }];
    });
  }

  /** The runs that ended and still exist. */
  sweep(maxAttempts: number): string[] {
    const ended: ModelRun[] = [];
    for (const run of [...this.#runs]) {
      const isExpired = run.status === "running" && run.leaseUntilMs <= this.#now();
      const isTooOften = run.attempt > 0 && run.attempt - run.released >= maxAttempts;
      if (isExpired && run.cancelAction !== undefined) {
        this.#endAtRest(run, run.cancelAction);
        ended.push(run);
      } else if (isTooOften && (isExpired || run.status === "pending")) {
        this.#end(run, "error", "error");
        ended.push(run);
      } else if (isExpired) run.status = "pending";
    }
    return ended.filter((run) => this.#runs.includes(run)).map(idOf);
  }

  deleteRun(runId: string): boolean {
    const run = this.#runs.find((each) => each.runId === runId);
    if (run === undefined) return false;
    if (isActive(run)) this.#endAtRest(run, "rollback");
    else this.#remove(run);
    return true;
  }

  deleteThread(threadId: string): boolean {
    if (!this.#threads.delete(threadId)) return false;
    this.#runs = this.#runs.filter((run) => run.threadId !== threadId);
    return true;
  }

  threadStatus(threadId: string): string | undefined {
    return this.#threads.get(threadId)?.status;
  }

  /** Each run's id, status and attempt, newest first. */
  runsOf(threadId: string): [string, string, number][] {
    const runs = this.#runs.filter((run) => run.threadId === threadId);
    return runs.reverse().map(({ runId, status, attempt }) => [runId, status, attempt]);
  }

  activeOf(threadId: string): { runId: string; status: string }[] & ModelRun[] {
    return this.#runs.filter((run) => run.threadId === threadId && isActive(run));
  }

  depth(): { pending: number; running: number } {
    const count = (status: Status) => this.#runs.filter((run) => run.status === status).length;
    return { pending: count("pending"), running: count("running") };
  }

  #heldBy({ run: { runId }, attempt, workerId }: Lease): ModelRun | undefined {
    return this.#runs.find(
      (run) => run.runId === runId && run.status === "running" && run.attempt === attempt && run.workerId === workerId,
    );
  }

  /** The run leaves its outcome on the thread. */
  #end(run: ModelRun, status: Settlement["status"], left: Settlement["threadStatus"]): void {
    run.status = status;
    const thread = this.#thread(run);
    const hasNext = this.activeOf(run.threadId).length > 0;
    if (thread.isTemporary && !hasNext) this.#threads.delete(run.threadId);
    thread.resting = left;
    thread.status = hasNext && left === "idle" ? "busy" : left;
  }

  /** The run leaves nothing: the thread is as it was before it, or goes on to the next. */
  #endAtRest(run: ModelRun, action: CancelAction): void {
    this.#endUnstarted(run, action);
    if (this.activeOf(run.threadId).length > 0) return;
    const thread = this.#thread(run);
    thread.status = thread.resting;
    if (thread.isTemporary) this.#threads.delete(run.threadId);
  }

  #endUnstarted(run: ModelRun, action: CancelAction): void {
    run.status = "interrupted";
    if (action === "rollback") this.#remove(run);
  }

  #remove(run: ModelRun): void {
    this.#runs = this.#runs.filter((each) => each !== run);
  }

  #get(runId: string): ModelRun {
    const run = this.#runs.find((each) => each.runId === runId);
    if (run === undefined) throw new Error(`The model knows no run "${runId}".`);
    return run;
  }

  #thread({ runId, threadId }: ModelRun): ModelThread {
    const thread = this.#threads.get(threadId);
    if (thread === undefined) throw new Error(`In the model run "${runId}" has no thread.`);
    return thread;
  }
}

function isActive({ status }: ModelRun): boolean {
  return status === "pending" || status === "running";
}

function idOf({ runId }: ModelRun): string {
  return runId;
}
