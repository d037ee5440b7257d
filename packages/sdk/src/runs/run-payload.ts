import type {
  CheckpointRef,
  Command,
  Config,
  Dict,
  MultitaskStrategy,
  Run,
  RunStatus,
  StreamMode,
} from "@heddle/protocol";
import type { Signalled } from "../signalled.ts";
import type { IdleReconnectMode } from "../sse/idle-watch.ts";

export interface RunCreated {
  run_id: string;
  /** Absent when the run is stateless. */
  thread_id?: string;
}

/** What a run is made of, however its result is taken. */
export interface RunsInvokePayload extends Signalled {
  /** null or absent goes on from the thread's state. */
  input?: Dict | null;
  command?: Command;
  config?: Config;
  context?: unknown;
  metadata?: Dict;
  /** Go on from this checkpoint instead of the latest. */
  checkpoint?: Partial<Omit<CheckpointRef, "thread_id">> | null;
  /** @deprecated Use `checkpoint`. */
  checkpointId?: string;
  /** When checkpoints are written: before the next step (sync), during it (async), at the end (exit). */
  durability?: "sync" | "async" | "exit";
  /** @deprecated Use `durability`. */
  checkpointDuring?: boolean;
  /** Stop before, or after, these nodes. */
  interruptBefore?: "*" | string[];
  interruptAfter?: "*" | string[];
  /** What becomes of this run, or of the running one, when the thread is busy. */
  multitaskStrategy?: MultitaskStrategy;
  /** What becomes of the thread of a stateless run. */
  onCompletion?: "delete" | "keep" | "complete" | "continue";
  /** What becomes of the run when whoever waits for it goes away. */
  onDisconnect?: "cancel" | "continue";
  /** Called by the server when the run has ended. */
  webhook?: string;
  /** Seconds to wait before the run may start. */
  afterSeconds?: number;
  /** What happens when there is no such thread. */
  ifNotExists?: "create" | "reject";
  /** A resume that answers no waiting interrupt fails instead of being passed over. */
  strictResume?: boolean;
  /**
   * Sent as `Idempotency-Key`: makes the request safe to send again, so that it is, when the connection breaks. The server takes
   * up the run that is there. Of Heddle's server; others may pass over it.
   */
  idempotencyKey?: string;
  /** Called as soon as the server has named the run. */
  onRunCreated?: (run: RunCreated) => void;
}

export interface RunsCreatePayload<Mode extends StreamMode | StreamMode[] = StreamMode | StreamMode[]>
  extends RunsInvokePayload {
  /** What the run streams; `values` unless given. */
  streamMode?: Mode;
  /** Also the events of subgraphs; their names are followed by a namespace: `updates|child:id`. */
  streamSubgraphs?: boolean;
  /** Keep the events so that a reader can begin again anywhere. */
  streamResumable?: boolean;
  feedbackKeys?: string[];
}

export interface RunsStreamPayload<
  Mode extends StreamMode | StreamMode[] = StreamMode | StreamMode[],
  Subgraphs extends boolean = boolean,
> extends RunsCreatePayload<Mode> {
  streamSubgraphs?: Subgraphs;
  /** Only the events of these namespaces; `""` is the graph itself. */
  streamNamespaces?: string[];
  /** When a silent connection counts as broken. */
  streamIdleReconnect?: IdleReconnectMode;
}

export interface RunsWaitPayload extends RunsStreamPayload {
  /** Throw `RunFailedError` when the run fails, instead of answering `{ __error__ }`. true unless given. */
  raiseError?: boolean;
}

export interface JoinStreamOptions extends Signalled {
  /** Cancel the run when this reader goes away. */
  cancelOnDisconnect?: boolean;
  /** Read on after this event; `-1` reads from the beginning. */
  lastEventId?: string;
  /** Read on after this checkpoint, where the server can. Together with `lastEventId: "-1"`. */
  checkpointId?: string;
  /** Only events of these modes. */
  streamMode?: StreamMode | StreamMode[];
  streamNamespaces?: string[];
  streamIdleReconnect?: IdleReconnectMode;
}

export interface RunListOptions extends Signalled {
  limit?: number;
  offset?: number;
  status?: RunStatus;
  select?: (keyof Run)[];
}

/** Either `threadId` and `runIds`, or `status`. */
export interface CancelManyOptions extends Signalled {
  threadId?: string;
  runIds?: string[];
  status?: "pending" | "running" | "all";
  action?: "interrupt" | "rollback";
}
