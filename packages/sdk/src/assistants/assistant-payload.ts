import type { Assistant, AssistantSortBy, Config, Dict, IfExists, SortOrder } from "@heddle/protocol";
import type { Signalled } from "../signalled.ts";

export interface AssistantUpdatePayload extends Signalled {
  graphId?: string;
  /** Takes the place of the former one, as `context` does. */
  config?: Config;
  context?: unknown;
  /** Merged into the former. */
  metadata?: Dict;
  name?: string;
  description?: string;
}

export interface AssistantCreatePayload extends AssistantUpdatePayload {
  graphId: string;
  assistantId?: string;
  ifExists?: IfExists;
}

export interface AssistantFilter extends Signalled {
  /** All of these keys must have these values. */
  metadata?: Dict;
  graphId?: string;
  /** Part of the name, in any case. */
  name?: string;
}

export type AssistantSelectField = keyof Assistant;

export interface AssistantSearchQuery extends AssistantFilter {
  limit?: number;
  offset?: number;
  sortBy?: AssistantSortBy;
  sortOrder?: SortOrder;
  /** The fields to answer with; all unless given. */
  select?: AssistantSelectField[];
  /** Answer with the offset of the next page too. */
  includePagination?: boolean;
}

export interface AssistantsSearchResponse {
  assistants: Assistant[];
  /** The offset of the next page; null on the last. */
  next: string | null;
}
