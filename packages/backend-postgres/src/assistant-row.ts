import type { AssistantRecord, AssistantVersionRecord } from "@heddle/backend";

export interface AssistantRow {
  assistant_id: string;
  version: number;
  graph_id: string;
  name: string;
  description: string | null;
  config: string;
  context: string;
  metadata: Record<string, unknown>;
  created_at: string;
  updated_at: string;
}

/** Of `assistant_versions`. */
export const VERSION_COLUMNS =
  "assistant_id, version, graph_id, name, description, config, context, metadata, created_at";

export function toVersionRecord(row: Omit<AssistantRow, "updated_at">): AssistantVersionRecord {
  return {
    assistantId: row.assistant_id,
    version: row.version,
    graphId: row.graph_id,
    name: row.name,
    description: row.description,
    config: JSON.parse(row.config),
    context: JSON.parse(row.context),
    metadata: row.metadata,
    createdAt: row.created_at,
  };
}

export function toAssistantRecord(row: AssistantRow): AssistantRecord {
  return { ...toVersionRecord(row), updatedAt: row.updated_at };
}

/** As names are compared in searches. */
export function foldName(name: string): string {
  return name.toLowerCase();
}
