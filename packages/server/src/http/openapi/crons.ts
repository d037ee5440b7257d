import { cronCount, cronCreate, cronFires, cronPatch, cronSearch } from "../schemas/crons.ts";
import { many, NOTHING, NUMBER, type Operations, one } from "./operation.ts";

export const CRON_OPERATIONS: Operations = {
  "POST /runs/crons": {
    summary: "Create a cron whose runs get a thread each",
    description: "`schedule` has five fields; it is read in UTC unless there is a `timezone`.",
    body: cronCreate,
    answer: one("Cron"),
  },
  "POST /threads/{thread_id}/runs/crons": {
    summary: "Create a cron whose runs go to this thread",
    body: cronCreate,
    answer: one("Cron"),
  },
  "POST /runs/crons/search": { summary: "Search crons", body: cronSearch, answer: many("Cron") },
  "POST /runs/crons/count": { summary: "Count crons", body: cronCount, answer: NUMBER },
  "GET /runs/crons/{cron_id}": { summary: "Get a cron", answer: one("Cron") },
  "PATCH /runs/crons/{cron_id}": {
    summary: "Change a cron",
    description: "What is absent stays; `end_time: null` takes the end away. `enabled: false` pauses it.",
    body: cronPatch,
    answer: one("Cron"),
  },
  "DELETE /runs/crons/{cron_id}": { summary: "Delete a cron", description: "Its runs stay.", answer: NOTHING },
  "POST /runs/crons/{cron_id}/trigger": {
    summary: "Fire a cron now",
    description: "Whatever its schedule says, and also when it is paused.",
    answer: one("Run"),
  },
  "GET /runs/crons/{cron_id}/fires": {
    summary: "When a cron fired, the latest first",
    query: cronFires,
    answer: many("CronFire"),
  },
};
