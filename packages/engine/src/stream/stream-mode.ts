/** What a run can stream. */
export type StreamMode = "values" | "updates" | "debug" | "messages" | "checkpoints" | "tasks" | "custom" | "tools";

/** Where a chunk comes from (the path of `node:task-id` segments, empty for the root graph), its mode, and itself. */
type StreamPart = readonly [namespace: readonly string[], mode: StreamMode, chunk: unknown];
