import type { Dict } from "@heddle/protocol";

/** A schedule that creates runs. */
export interface Cron {
  cron_id: string;
  assistant_id: string;
  /** null: every run gets a thread of its own. */
  thread_id: string | null;
  user_id: string | null;
  schedule: string;
  timezone: string | null;
  end_time: string | null;
  next_run_date: string | null;
  enabled: boolean;
  on_run_completed?: "delete" | "keep" | null;
  /** The run it creates. */
  payload: Dict;
  metadata: Dict;
  created_at: string;
  updated_at: string;
}

export type CronSortBy =
  | "cron_id"
  | "assistant_id"
  | "thread_id"
  | "created_at"
  | "updated_at"
  | "next_run_date"
  | "end_time";

export type CronSelectField = keyof Cron | "now";
