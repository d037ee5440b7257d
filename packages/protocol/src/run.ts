import type { Config } from "./assistant.ts";
import type { Dict } from "./json.ts";

/** pending → running → success · error · timeout · interrupted. */
export type RunStatus = "pending" | "running" | "success" | "error" | "timeout" | "interrupted";

export const RUN_STATUSES = ["pending", "running", "success", "error", "timeout", "interrupted"] as const;

/** What a new run does when its thread is busy. */
export const MULTITASK_STRATEGIES = ["reject", "interrupt", "rollback", "enqueue"] as const;
export type MultitaskStrategy = (typeof MULTITASK_STRATEGIES)[number];

export const STREAM_MODES = [
  "values",
  "messages",
  "messages-tuple",
  "updates",
  "events",
  "tasks",
  "checkpoints",
  "debug",
  "custom",
  "tools",
] as const;
export type StreamMode = (typeof STREAM_MODES)[number];

/** How a cancelled run ends: it stays as `interrupted`, or it and its checkpoints go. */
export type CancelAction = "interrupt" | "rollback";

/** `{ node, input }` sends an input of its own to a node. */
export type CommandTarget = string | { node: string; input?: unknown };

export interface Command {
  /** The answer to an interrupt, or a map of interrupt ids to answers. */
  resume?: unknown;
  update?: Dict | [string, unknown][] | null | undefined;
  goto?: CommandTarget | CommandTarget[] | null | undefined;
}

/** Which checkpoint to begin from. */
export interface CheckpointSelector {
  checkpoint_id?: string | null | undefined;
  checkpoint_ns?: string | null | undefined;
  checkpoint_map?: Dict | null | undefined;
  thread_id?: string | null | undefined;
}

/** The body that creates a run. Absent, undefined and null mean the same. */
export interface RunCreate {
  /** Id of an assistant, or of a graph for its default assistant. */
  assistant_id: string;
  /** null or absent continues from the checkpoint. */
  input?: unknown;
  command?: Command | null | undefined;
  checkpoint?: CheckpointSelector | null | undefined;
  checkpoint_id?: string | null | undefined;
  config?: Config | null | undefined;
  context?: unknown;
  metadata?: Dict | null | undefined;
  stream_mode?: StreamMode | StreamMode[] | null | undefined;
  stream_subgraphs?: boolean | null | undefined;
  /** Keep the events so that a reader can begin again anywhere. */
  stream_resumable?: boolean | null | undefined;
  interrupt_before?: "*" | string[] | null | undefined;
  interrupt_after?: "*" | string[] | null | undefined;
  webhook?: string | null | undefined;
  multitask_strategy?: MultitaskStrategy | null | undefined;
  on_disconnect?: "cancel" | "continue" | null | undefined;
  /** Stateless runs only: what becomes of their thread. */
  on_completion?: "delete" | "keep" | "complete" | "continue" | null | undefined;
  if_not_exists?: "create" | "reject" | null | undefined;
  /** Seconds to wait before the run may start. */
  after_seconds?: number | null | undefined;
  durability?: "sync" | "async" | "exit" | null | undefined;
  /** @deprecated true is durability "async", false "exit". */
  checkpoint_during?: boolean | null | undefined;
  feedback_keys?: string[] | null | undefined;
  /** Fail instead of ignoring the answer to an interrupt that does not wait. */
  strict_resume?: boolean | null | undefined;
  langsmith_tracer?:
    | { project_name?: string | null | undefined; example_id?: string | null | undefined }
    | null
    | undefined;
}

/** One execution on a thread. */
export interface Run {
  run_id: string;
  thread_id: string;
  assistant_id: string;
  created_at: string;
  updated_at: string;
  status: RunStatus;
  metadata: Dict;
  kwargs: Dict;
  multitask_strategy: MultitaskStrategy;
}
