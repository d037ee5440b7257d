/** Metadata keys of the framework itself: shown elsewhere in a task's fields, so left out of user-facing metadata. */
export const EXCLUDED_METADATA_KEYS: ReadonlySet<string> = new Set([
  "thread_id",
  "checkpoint_id",
  "checkpoint_ns",
  "checkpoint_map",
  "langgraph_step",
  "langgraph_node",
  "langgraph_triggers",
  "langgraph_path",
  "langgraph_checkpoint_ns",
]);
