import type { AssistantSortBy, Config, Dict, SortOrder } from "@heddle/protocol";
import type { AccessFilter } from "./access-filter.ts";
import type { Page, PageRequest } from "./page.ts";

export interface AssistantRecord {
  assistantId: string;
  graphId: string;
  name: string;
  description: string | null;
  version: number;
  config: Config;
  context: unknown;
  metadata: Dict;
  /** ISO 8601, as all times here. */
  createdAt: string;
  updatedAt: string;
}

export type AssistantVersionRecord = Omit<AssistantRecord, "updatedAt">;

export type NewAssistant = Omit<AssistantRecord, "version" | "updatedAt">;

/** What is absent stays; metadata is merged key by key, config and context are replaced. */
export type AssistantPatch = Partial<
  Pick<AssistantRecord, "graphId" | "name" | "description" | "config" | "context" | "metadata">
>;

export interface AssistantFilter {
  /** Part of the name, whatever its case. */
  name?: string;
  graphId?: string;
  /** JSON containment: objects hold at least these keys with these values, at any depth. */
  metadata?: Dict;
  access?: AccessFilter;
}

export interface AssistantQuery extends AssistantFilter, PageRequest {
  sortBy: AssistantSortBy;
  sortOrder: SortOrder;
}

/** Assistants and their versions. */
export interface Assistants {
  /** Writes version 1; undefined when the id is taken. */
  create(assistant: NewAssistant): Promise<AssistantRecord | undefined>;
  get(assistantId: string): Promise<AssistantRecord | undefined>;
  /** Ties of the sort key are broken by id, so that pages never overlap. */
  search(query: AssistantQuery): Promise<Page<AssistantRecord>>;
  count(filter: AssistantFilter): Promise<number>;
  /** Writes a new version (greatest ever + 1, even for an empty patch) and makes it the current one; undefined when unknown. */
  update(assistantId: string, patch: AssistantPatch): Promise<AssistantRecord | undefined>;
  /** Removes the assistant, its versions and its runs, with `deleteThreads` also the threads whose metadata names it; false when unknown. */
  delete(assistantId: string, options: { deleteThreads: boolean }): Promise<boolean>;
  /** Newest first. */
  versions(assistantId: string, query: PageRequest & { metadata?: Dict }): Promise<AssistantVersionRecord[]>;
  /** Makes an older version the current one, with all it says; undefined when the assistant has no such version. */
  setLatest(assistantId: string, version: number): Promise<AssistantRecord | undefined>;
}
