import type { Config, Dict, MultitaskStrategy, RunCreate, RunStatus } from "@heddle/protocol";
import type { PageRequest } from "./page.ts";

/** What the run was asked to do: the request that created it, as far as its execution needs it. */
export interface RunKwargs
  extends Pick<
    RunCreate,
    "command" | "interrupt_before" | "interrupt_after" | "webhook" | "feedback_keys" | "durability" | "strict_resume"
  > {
  input: unknown;
  /** Of the assistant, the thread and the run, merged. */
  config: Config;
  context: unknown;
  stream_mode: string[];
  subgraphs: boolean;
  resumable: boolean;
  /** Somebody may come to read its events: created by a stream or background request, not by wait. */
  is_streamed: boolean;
  /** Stateless and deleted at its end: runs without a checkpointer. */
  temporary: boolean;
  /** It was made to go on when a sleeper of its thread wakes, and does nothing when none is due. */
  is_waking?: boolean;
  /** Of the request that created it, when that had an Idempotency-Key. */
  fingerprint?: string;
  /** When it may start, for a run that waits first. */
  due_at?: string;
  /** The trace of the request that created it, for its worker to go on with. */
  trace?: Record<string, string>;
  /** What the server tells the graph of whoever created the run, in `configurable` over all that config says. */
  origin?: Record<string, unknown>;
}

export interface RunRecord {
  runId: string;
  threadId: string;
  assistantId: string;
  graphId: string;
  createdAt: string;
  updatedAt: string;
  status: RunStatus;
  metadata: Dict;
  kwargs: RunKwargs;
  multitaskStrategy: MultitaskStrategy;
  /** How often a worker took it up. */
  attempt: number;
}

/** Reading runs. What changes a run is in RunQueue. */
export interface Runs {
  get(runId: string): Promise<RunRecord | undefined>;
  /** Runs of a thread, newest first. */
  list(threadId: string, query: PageRequest & { status?: RunStatus }): Promise<RunRecord[]>;
  /** Pending and running runs of all threads, oldest first, after the one with the given id. */
  listActive(query: { status?: "pending" | "running"; after?: string; limit: number }): Promise<RunRecord[]>;
  /** Adds to the run's metadata, key by key; false when unknown. */
  note(runId: string, metadata: Dict): Promise<boolean>;
  /** Removes the run, its events and the checkpoints it made; false when unknown. */
  delete(runId: string): Promise<boolean>;
}
