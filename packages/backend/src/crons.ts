import type { Dict, SortOrder } from "@heddle/protocol";
import type { AccessFilter } from "./access-filter.ts";
import type { Page, PageRequest } from "./page.ts";

/** A schedule that creates runs. */
export interface CronRecord {
  cronId: string;
  assistantId: string;
  /** null: each run gets a thread of its own. */
  threadId: string | null;
  /** Who made it; its runs are theirs. */
  userId: string | null;
  /** As its user wrote it; whoever computes times understands it. */
  schedule: string;
  /** An IANA name; null for UTC. */
  timezone: string | null;
  endTime: string | null;
  enabled: boolean;
  /** What becomes of the thread of a run; null for a cron with a thread. */
  onRunCompleted: "delete" | "keep" | null;
  /** What becomes of times at which nobody was there to fire: all of them together are one fire, or none. */
  missedFires: "fire_once" | "skip";
  /** What its runs are made of, as whoever fires it keeps it. */
  payload: Dict;
  metadata: Dict;
  createdAt: string;
  updatedAt: string;
  /** ISO 8601; null when it never fires again. */
  nextRunAt: string | null;
}

export type NewCron = Omit<CronRecord, "updatedAt">;

/** What is absent stays; metadata and payload are replaced. */
export type CronPatch = Partial<Omit<CronRecord, "cronId" | "createdAt" | "updatedAt" | "userId" | "threadId">>;

export interface CronFilter {
  assistantId?: string;
  threadId?: string;
  enabled?: boolean;
  /** JSON containment, as for assistants. */
  metadata?: Dict;
  access?: AccessFilter;
}

export type CronSortKey = "cronId" | "assistantId" | "threadId" | "createdAt" | "updatedAt" | "nextRunAt" | "endTime";

export interface CronQuery extends CronFilter, PageRequest {
  sortBy: CronSortKey;
  sortOrder: SortOrder;
}

/** One time at which a cron fired, or should have. */
export interface CronFire {
  /** For which time; the time of the request when somebody fired it by hand. */
  dueAt: string;
  firedAt: string;
  /** fired: there is a run · failed: no run could be created, `message` says why · skipped: nobody was there in time. */
  status: "fired" | "failed" | "skipped";
  isManual: boolean;
  runId: string | null;
  threadId: string | null;
  message: string | null;
}

/** How many fires of each cron are remembered. */
export const MAX_CRON_FIRES = 100;

/**
 * Crons and their fires. Backends know nothing of schedules: whoever fires says when the next time is.
 *
 * A due cron is claimed by one process for a while, which creates its run under an id that follows from cron and time, and
 * then notes the fire. If that process dies, another one claims it, and finds the run or creates it: never two.
 */
export interface Crons {
  /** Undefined when the id is taken. Throws when its assistant or thread is unknown. */
  create(cron: NewCron): Promise<CronRecord | undefined>;
  get(cronId: string): Promise<CronRecord | undefined>;
  /** Ties of the sort key are broken by id; what has no value of the sort key comes last. */
  search(query: CronQuery): Promise<Page<CronRecord>>;
  count(filter: CronFilter): Promise<number>;
  /** Undefined when unknown. A claim on it ends. */
  update(cronId: string, patch: CronPatch): Promise<CronRecord | undefined>;
  /** Removes it with its fires, but not its runs; false when unknown. Crons also go with their assistant or thread. */
  delete(cronId: string): Promise<boolean>;
  /** Claims enabled crons whose time has come, at most `limit`, until they are noted or `claimMs` have passed. */
  claimDue(options: { limit: number; claimMs: number }): Promise<CronRecord[]>;
  /** When the next enabled cron is due; undefined for never. */
  nextDueAt(): Promise<string | undefined>;
  /**
   * Notes a fire. One that was due also moves the cron on to its next time, if it still is due for the time of the fire; false,
   * with nothing noted, when it is not, or is unknown.
   */
  noteFire(cronId: string, fire: CronFire, next?: { nextRunAt: string | null }): Promise<boolean>;
  /** The latest first, at most MAX_CRON_FIRES. */
  fires(cronId: string, page: PageRequest): Promise<CronFire[]>;
}
