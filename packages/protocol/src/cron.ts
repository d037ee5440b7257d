import type { Dict } from "./json.ts";

/** A schedule that creates runs. */
export interface Cron {
  cron_id: string;
  assistant_id: string;
  /** null: every run gets a thread of its own. */
  thread_id: string | null;
  user_id: string | null;
  /** Five fields, such as `27 15 * * *`. */
  schedule: string;
  /** An IANA name; null for UTC. */
  timezone: string | null;
  end_time: string | null;
  /** null when it never fires again. */
  next_run_date: string | null;
  enabled: boolean;
  on_run_completed: "delete" | "keep" | null;
  /** What becomes of times at which no server was there: one run for all of them, or none. */
  missed_fires: MissedFires;
  /** The run it creates. */
  payload: Dict;
  metadata: Dict;
  created_at: string;
  updated_at: string;
}

export const MISSED_FIRES = ["fire_once", "skip"] as const;
export type MissedFires = (typeof MISSED_FIRES)[number];

export const CRON_SORT_KEYS = [
  "cron_id",
  "assistant_id",
  "thread_id",
  "created_at",
  "updated_at",
  "next_run_date",
  "end_time",
] as const;
export type CronSortBy = (typeof CRON_SORT_KEYS)[number];

/** One time at which a cron fired, or should have. */
export interface CronFire {
  due_at: string;
  fired_at: string;
  status: "fired" | "failed" | "skipped";
  /** Somebody asked for it, whatever the schedule says. */
  is_manual: boolean;
  run_id: string | null;
  thread_id: string | null;
  message: string | null;
}
