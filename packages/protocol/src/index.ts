// Resources
export type {
  Assistant,
  AssistantSortBy,
  AssistantVersion,
  Config,
  GraphDrawing,
  GraphSchema,
  IfExists,
} from "./assistant.ts";
export type { Cron, CronFire, CronSortBy, MissedFires } from "./cron.ts";
export { CRON_SORT_KEYS, MISSED_FIRES } from "./cron.ts";
export type { Dict, Json, JsonObject } from "./json.ts";
// Answers that are not a resource
export type { Problem } from "./problem.ts";
export type {
  CancelAction,
  CheckpointSelector,
  Command,
  CommandTarget,
  MultitaskStrategy,
  Run,
  RunCreate,
  RunStatus,
  StreamMode,
} from "./run.ts";
export { MULTITASK_STRATEGIES, RUN_STATUSES, STREAM_MODES } from "./run.ts";
export type { Item, SearchItem } from "./store-item.ts";
export type { ErrorEvent, MetadataEvent, StreamEvent } from "./stream-event.ts";
export type {
  CheckpointRef,
  Interrupt,
  SortOrder,
  Thread,
  ThreadSortBy,
  ThreadState,
  ThreadStatus,
  ThreadTask,
  ThreadTtl,
} from "./thread.ts";
