import type { CronSortBy, Dict, MissedFires, SortOrder } from "@heddle/protocol";
import type { RunsCreatePayload } from "../runs/run-payload.ts";
import type { Signalled } from "../signalled.ts";
import type { CronSelectField } from "./cron.ts";

export interface CronsUpdatePayload extends Omit<RunsCreatePayload, "onRunCreated" | "idempotencyKey"> {
  /** Five fields, such as `27 15 * * *`. */
  schedule?: string;
  /** An IANA name such as `America/New_York`; UTC unless given. */
  timezone?: string;
  /** null takes it away; absent leaves it. */
  endTime?: string | null;
  /** What becomes of the thread of a run when it has ended; only for crons without a thread. */
  onRunCompleted?: "delete" | "keep";
  enabled?: boolean;
  /** What becomes of times at which no server was there: one run for all of them, or none. Servers other than Heddle ignore it. */
  missedFires?: MissedFires;
}

export interface CronsCreatePayload extends CronsUpdatePayload {
  schedule: string;
}

export interface CronFilter extends Signalled {
  assistantId?: string;
  threadId?: string;
  /** All of these keys must have these values. */
  metadata?: Dict;
}

export interface CronSearchQuery extends CronFilter {
  enabled?: boolean;
  limit?: number;
  offset?: number;
  sortBy?: CronSortBy;
  sortOrder?: SortOrder;
  select?: CronSelectField[];
}
