import type { Cron } from "@heddle/protocol";

export type CronSelectField = keyof Cron | "now";
