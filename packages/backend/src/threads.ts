import type { Config, Dict, Interrupt, SortOrder, ThreadSortBy, ThreadStatus } from "@heddle/protocol";
import type { AccessFilter } from "./access-filter.ts";
import type { Page, PageRequest } from "./page.ts";

export interface ThreadRecord {
  threadId: string;
  createdAt: string;
  updatedAt: string;
  stateUpdatedAt: string;
  metadata: Dict;
  status: ThreadStatus;
  config: Config;
  context: unknown;
  /** State values as JSON, messages in their wire shape; null before the first run. */
  values: unknown;
  /** Task id → its open interrupts. */
  interrupts: Record<string, Interrupt[]>;
  /** Of the last run, when status is error. */
  error: unknown;
  /** When it goes; null when nobody said so. */
  ttl: ThreadTtl | null;
}

/** How long a thread outlives its last change: then it is deleted, or only all of its checkpoints but the latest. */
export interface ThreadTtl {
  minutes: number;
  strategy: "delete" | "keep_latest";
}

export interface NewThread extends Pick<ThreadRecord, "threadId" | "metadata" | "createdAt"> {
  ttl?: ThreadTtl | undefined;
}

export interface ThreadFilter {
  ids?: string[];
  status?: ThreadStatus;
  /** JSON containment, as for assistants. */
  metadata?: Dict;
  /** JSON containment in the state values. */
  values?: Dict;
  access?: AccessFilter;
}

export interface ThreadQuery extends ThreadFilter, PageRequest {
  sortBy: ThreadSortBy;
  sortOrder: SortOrder;
}

/** What a state edit leaves on the thread itself. */
export interface ThreadStateSummary {
  /** JSON text of the state values. */
  valuesJson: string;
  interrupts: Record<string, Interrupt[]>;
  status: ThreadStatus;
}

export interface Threads {
  /** An idle thread; undefined when the id is taken. */
  create(thread: NewThread): Promise<ThreadRecord | undefined>;
  get(threadId: string): Promise<ThreadRecord | undefined>;
  /** Ties of the sort key are broken by id. Threads of stateless runs that will be deleted are not found. */
  search(query: ThreadQuery): Promise<Page<ThreadRecord>>;
  count(filter: ThreadFilter): Promise<number>;
  /** Merges metadata key by key; undefined when unknown. Time to live counts from the last change of the thread. */
  update(threadId: string, patch: { metadata?: Dict; ttl?: ThreadTtl }): Promise<ThreadRecord | undefined>;
  /** Notes the outcome of a state edit made outside of a run; undefined when unknown. */
  setState(threadId: string, state: ThreadStateSummary): Promise<ThreadRecord | undefined>;
  /** Removes the thread, its runs, events, checkpoints and writes; running runs lose their lease. False when unknown. */
  delete(threadId: string): Promise<boolean>;
  /** An idle copy with all checkpoints under a new id; metadata also gets `thread_id: newThreadId`. Undefined when unknown. */
  copy(threadId: string, newThreadId: string, createdAt: string): Promise<ThreadRecord | undefined>;
  /**
   * Removes threads whose time to live has passed, and names those which are to lose their history, at most `limit` together. A
   * thread with a pending or running run lives on.
   */
  sweepExpired(options: { limit: number }): Promise<{ deleted: string[]; toPrune: string[] }>;
}
