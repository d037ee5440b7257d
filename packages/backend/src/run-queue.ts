import type { CancelAction, Config, Dict, ErrorEvent, Interrupt, RunStatus } from "@heddle/protocol";
import type { AccessFilter } from "./access-filter.ts";
import type { NewEvent } from "./event-log.ts";
import type { RunKwargs, RunRecord } from "./runs.ts";
import type { ThreadTtl } from "./threads.ts";
import type { NewWebhookDelivery } from "./webhooks.ts";

/** A run to be done, with what it needs to know of its assistant so that one statement can create it. */
export interface NewRun {
  runId: string;
  threadId: string;
  assistantId: string;
  graphId: string;
  createdAt: string;
  kwargs: Omit<RunKwargs, "config">;
  multitaskStrategy: RunRecord["multitaskStrategy"];
  /** Not to be leased before this time. */
  notBefore?: string;
  /** The config of the run is this, then the thread's, then the run's own; later ones win, `configurable` and `metadata` key by key. */
  assistantConfig: Config;
  runConfig: Config;
  /** What the thread's config takes over from this run, for later runs and state edits; merged as above. Absent for nothing. */
  threadConfig?: Config;
  /** As config: the assistant's, then the thread's, then the run's own. */
  assistantMetadata: Dict;
  runMetadata: Dict;
  /**
   * Nothing is acknowledged to the client before the run has ended. Then `offer` may resolve as soon as the run survives the
   * death of the process; a loss of power before its settlement may take it.
   */
  isAwaited?: boolean;
  /** A thread that does not pass is as if it were missing, and its id as if it were taken. */
  access?: AccessFilter;
  /** create: a missing thread is made. temporary: it is made and deleted when the run is settled. */
  thread: "must-exist" | "create" | "temporary";
  /** For a thread that has no time to live of its own. */
  threadTtl?: ThreadTtl | undefined;
}

export type OfferOutcome =
  /** Written durably. `cancelling` are running runs which were asked to stop; `cancelled` are pending ones which will never start. */
  | { status: "accepted"; run: RunRecord; cancelling: string[]; cancelled: string[] }
  /** multitask strategy reject, and this run is in the way. */
  | { status: "busy"; runId: string }
  | { status: "thread-missing" };

/** The right of one worker to execute a run, until it is settled, released, or not renewed in time. */
export interface Lease {
  run: RunRecord;
  workerId: string;
  /** Equals `run.attempt`. Whoever comes with an older attempt has lost the lease. */
  attempt: number;
}

/** held: go on · lost: stop, someone else has it or it is gone · cancel: stop and settle accordingly. */
export type RenewOutcome = { status: "held" } | { status: "lost" } | { status: "cancel"; action: CancelAction };

/** How a run ended, and what it leaves on its thread. */
export interface Settlement {
  status: Exclude<RunStatus, "pending" | "running">;
  /** The thread's status if no other run waits; otherwise it stays busy (error and interrupted win over busy). */
  threadStatus: "idle" | "interrupted" | "error";
  error?: ErrorEvent;
  /** JSON text of the state values; absent leaves the thread's values as they are. */
  valuesJson?: string;
  /** Absent: none are open. */
  interrupts?: Record<string, Interrupt[]>;
  /** The run's last events, appended in the same transaction. */
  events?: NewEvent[];
  /** What a webhook is to be told, recorded in the same transaction. A run that is rolled back is told to nobody. */
  webhook?: NewWebhookDelivery;
}

export interface CancelOutcome {
  runId: string;
  /** cancelled: it was pending and has ended · cancelling: its worker was told · ended: it had ended before, nothing changed. */
  status: "cancelled" | "cancelling" | "ended";
}

/**
 * The queue of runs. Per thread at most one run is running, and runs start in the order of their creation.
 *
 * States: `pending` (offer) → `running` (lease) → terminal (settle). A `running` run goes back to `pending` by `release` or
 * when its lease expires. The strategy of a new run on a busy thread: reject refuses it; enqueue lets it wait; interrupt and
 * rollback cancel all pending and running runs of the thread, and the new one waits until those are settled.
 * Thread status: busy from offer on; after settle as the settlement says.
 */
export interface RunQueue {
  /** Creates the run (and its thread if asked), all in one transaction, and marks the thread busy with `graph_id` and `assistant_id` in its metadata. */
  offer(run: NewRun): Promise<OfferOutcome>;
  /**
   * Waits for a run that may start and leases it; the oldest first. A run offered while someone waits here is handed over
   * directly. Resolves to undefined when `signal` aborts: the worker stops then, and a run that was on its way to it has been
   * handed back (see `release`). Likewise when the backend is closed, but then a run on its way may be left to the next sweep, or to
   * the next opening of an embedded backend.
   */
  lease(request: { workerId: string; leaseMs: number; signal: AbortSignal }): Promise<Lease | undefined>;
  /** Prolongs the lease. */
  renew(lease: Lease, leaseMs: number): Promise<RenewOutcome>;
  /**
   * Ends the run: its status, its thread, its last events, and, for a temporary thread, the thread's removal (its runs and
   * their events stay until they are trimmed), in one transaction. A run which was cancelled by rollback is removed with its checkpoints, and the thread gets back the values
   * from before it. False when the lease was lost: then nothing is changed.
   */
  settle(lease: Lease, settlement: Settlement): Promise<boolean>;
  /**
   * Hands the run back as pending, first in line. `attempt` grows with the next lease all the same, but this one does not
   * count for `sweep`. A run that was cancelled meanwhile ends.
   */
  release(lease: Lease): Promise<void>;
  /** Cancels runs; unknown ids are left out of the answer. The first action asked for stands. */
  cancel(runIds: readonly string[], action: CancelAction): Promise<CancelOutcome[]>;
  /** How many runs wait, due or not, and how many are executed now, on all processes. */
  depth(): Promise<{ pending: number; running: number }>;
  /** Calls back when a run leased by this process is to be cancelled. */
  onCancel(listener: (runId: string, action: CancelAction) => void): () => void;
  /**
   * Makes runs whose lease expired pending again, and those of processes known to be dead: a backend that can tell does so by
   * two calls, half a second to a second apart, the first of which sees the death and the second confirms it. Those begun `maxAttempts` times end as error, those being cancelled end as
   * they should have. Returns the ended ones that still exist.
   */
  sweep(options: { maxAttempts: number }): Promise<RunRecord[]>;
}
