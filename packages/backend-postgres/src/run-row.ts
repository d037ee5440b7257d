import { mergeConfigs, mergeRecords, type NewRun, type RunRecord } from "@heddle/backend";

/** A row of `runs`, as far as records need it. */
export interface RunRow {
  run_id: string;
  thread_id: string;
  assistant_id: string;
  graph_id: string;
  created_at: string;
  updated_at: string;
  status: RunRecord["status"];
  multitask_strategy: RunRecord["multitaskStrategy"];
  attempt: number;
  /** JSON text of GivenRun. */
  given: string;
  /** JSON text of the thread's config and metadata when the run was offered. */
  thread_config: string | null;
  thread_metadata: string | null;
  /** JSON text of what was added to the metadata later. */
  notes: string | null;
}

/** What a run brings along. Merging it with what the thread has is left to the reader, so that one statement can write it. */
export type GivenRun = Pick<NewRun, "kwargs" | "assistantConfig" | "runConfig" | "assistantMetadata" | "runMetadata">;

export const RUN_COLUMNS =
  "run_id, thread_id, assistant_id, graph_id, created_at, updated_at, status, multitask_strategy, attempt, given, thread_config, thread_metadata, notes";

export function toRunRecord({ given, ...row }: RunRow): RunRecord {
  return toRecord(row, JSON.parse(given));
}

export function toRecord(row: Omit<RunRow, "given">, given: GivenRun): RunRecord {
  const threadConfig = row.thread_config === null ? {} : JSON.parse(row.thread_config);
  const notes = row.notes === null ? {} : JSON.parse(row.notes);
  const threadMetadata = row.thread_metadata === null ? {} : JSON.parse(row.thread_metadata);
  return {
    runId: row.run_id,
    threadId: row.thread_id,
    assistantId: row.assistant_id,
    graphId: row.graph_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    status: row.status,
    metadata: mergeRecords(given.assistantMetadata, threadMetadata, given.runMetadata, notes),
    kwargs: { ...given.kwargs, config: mergeConfigs(given.assistantConfig, threadConfig, given.runConfig) },
    multitaskStrategy: row.multitask_strategy,
    attempt: row.attempt,
  };
}

export function toGivenText(run: NewRun): string {
  const { kwargs, assistantConfig, runConfig, assistantMetadata, runMetadata } = run;
  return JSON.stringify({ kwargs, assistantConfig, runConfig, assistantMetadata, runMetadata } satisfies GivenRun);
}
