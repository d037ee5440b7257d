import type { AssistantRecord, AssistantVersionRecord } from "@heddle/backend";
import type { Assistant, AssistantVersion } from "@heddle/protocol";

export function toAssistant(record: AssistantRecord): Assistant {
  return { ...toAssistantVersion(record), updated_at: record.updatedAt };
}

export function toAssistantVersion(record: AssistantVersionRecord): AssistantVersion {
  return {
    assistant_id: record.assistantId,
    graph_id: record.graphId,
    name: record.name,
    description: record.description,
    version: record.version,
    config: record.config,
    context: record.context ?? {},
    metadata: record.metadata,
    created_at: record.createdAt,
  };
}

/** Only the named keys; all of them when none are named. */
export function select<T extends object>(value: T, keys: readonly string[] | undefined): Partial<T> {
  if (keys === undefined || keys.length === 0) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key))) as Partial<T>;
}
