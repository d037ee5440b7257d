import type { Config } from "./assistant.ts";
import type { Dict } from "./json.ts";

/** idle: nothing to do · busy: a run is pending or running · interrupted: waits for a human · error: the last run failed. */
export type ThreadStatus = "idle" | "busy" | "interrupted" | "error";

/** A question of a graph to a human. `id` is the key under which a resume map answers it. */
export interface Interrupt {
  id?: string;
  value?: unknown;
  [key: string]: unknown;
}

/** A conversation: its state and history. */
export interface Thread {
  thread_id: string;
  created_at: string;
  updated_at: string;
  state_updated_at: string;
  metadata: Dict;
  status: ThreadStatus;
  config: Config;
  context?: unknown;
  values: Dict | null;
  /** Task id → its open interrupts. */
  interrupts: Record<string, Interrupt[]>;
  error: unknown;
  /** Asked for by `extract`: alias → value. */
  extracted?: Dict;
  /** Asked for by `include=ttl`. */
  ttl?: ThreadTtl | null;
}

/** When a thread goes: so many minutes after its last change. */
export interface ThreadTtl {
  ttl_minutes: number;
  /** keep_latest deletes only the history. */
  strategy: "delete" | "keep_latest";
  expires_at: string;
}

export type ThreadSortBy = "thread_id" | "status" | "created_at" | "updated_at" | "state_updated_at";

export type SortOrder = "asc" | "desc";

/** Which checkpoint of which graph of a thread. */
export interface CheckpointRef {
  thread_id: string;
  checkpoint_ns: string;
  checkpoint_id: string | null;
  checkpoint_map: Record<string, string> | null;
}

export interface ThreadTask {
  id: string;
  name: string;
  path: unknown[];
  error: unknown;
  interrupts: Interrupt[];
  checkpoint: Partial<CheckpointRef> | null;
  state: ThreadState | null;
  result: unknown;
}

/** The state of a thread at one checkpoint. */
export interface ThreadState {
  values: unknown;
  /** The nodes that would run next. */
  next: string[];
  tasks: ThreadTask[];
  /** All open interrupts of the tasks. */
  interrupts: Interrupt[];
  metadata: Dict;
  created_at: string | null;
  /** null for a thread that never ran. */
  checkpoint: CheckpointRef | null;
  parent_checkpoint: CheckpointRef | null;
}
