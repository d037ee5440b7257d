import type { AssistantRecord, AssistantVersionRecord } from "@heddle/backend";

/** What `toVersionRecord` needs, in its order. */
export const VERSION_COLUMNS =
  "assistant_id, version, graph_id, name, description, config, context, metadata, created_at";

export type VersionRow = [
  assistantId: string,
  version: number,
  graphId: string,
  name: string,
  description: string | null,
  config: string,
  context: string,
  metadata: string,
  createdAt: string,
];

export function toVersionRecord(row: VersionRow): AssistantVersionRecord {
  return {
    assistantId: row[0],
    version: row[1],
    graphId: row[2],
    name: row[3],
    description: row[4],
    config: JSON.parse(row[5]),
    context: JSON.parse(row[6]),
    metadata: JSON.parse(row[7]),
    createdAt: row[8],
  };
}

/** As `toVersionRecord`, with `updated_at` as the last column. */
export function toAssistantRecord(row: [...VersionRow, updatedAt: string]): AssistantRecord {
  const [assistantId, version, graphId, name, description, config, context, metadata, createdAt, updatedAt] = row;
  return {
    ...toVersionRecord([assistantId, version, graphId, name, description, config, context, metadata, createdAt]),
    updatedAt,
  };
}

/** The parameters of an insert into VERSION_COLUMNS. */
export function toVersionRow(record: AssistantVersionRecord): VersionRow {
  return [
    record.assistantId,
    record.version,
    record.graphId,
    record.name,
    record.description,
    JSON.stringify(record.config),
    // undefined has no JSON; a context that was not given is null.
    JSON.stringify(record.context ?? null),
    JSON.stringify(record.metadata),
    record.createdAt,
  ];
}
