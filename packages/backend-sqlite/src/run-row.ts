import { mergeRecords, type RunRecord } from "@heddle/backend";

/** A run in the tables. */
export interface RunRef {
  runId: string;
  threadSeq: number;
  isTemporary: boolean;
}

/** What `toRunRecord` needs, in its order. */
export const RUN_COLUMNS =
  "run_id, thread_id, assistant_id, graph_id, created_at, updated_at, status, metadata, kwargs, multitask_strategy, attempt, notes";

export type RunRow = [
  runId: string,
  threadId: string,
  assistantId: string,
  graphId: string,
  createdAt: string,
  updatedAt: string,
  status: string,
  metadata: string,
  kwargs: string,
  multitaskStrategy: string,
  attempt: number,
  notes: string | null,
];

export function toRunRecord(row: RunRow): RunRecord {
  return {
    runId: row[0],
    threadId: row[1],
    assistantId: row[2],
    graphId: row[3],
    createdAt: row[4],
    updatedAt: row[5],
    status: row[6] as RunRecord["status"],
    metadata: row[11] === null ? JSON.parse(row[7]) : mergeRecords(JSON.parse(row[7]), JSON.parse(row[11])),
    kwargs: JSON.parse(row[8]),
    multitaskStrategy: row[9] as RunRecord["multitaskStrategy"],
    attempt: row[10],
  };
}
