import type { CronFire, CronRecord } from "@heddle/backend";
import { ServerError } from "../errors.ts";
import type { ServerTools } from "../server-tools.ts";
import { createCronRun, hasCronRun } from "./cron-run.ts";
import { nextTime } from "./schedule.ts";

/** Later than this a time counts as missed: nobody was there. */
const MISSED_AFTER_MS = 60_000;

/**
 * Fires a claimed cron for the time it is due for, and moves it on to the next time that is not past. What the run could not be
 * created for is noted with the fire; other errors rise, and the cron is claimed again.
 */
export async function fireDueCron(cron: CronRecord, now: Date, tools: ServerTools): Promise<void> {
  const dueAt = cron.nextRunAt;
  if (dueAt === null) return;
  const isMissed = now.getTime() - Date.parse(dueAt) > MISSED_AFTER_MS;
  const fire: CronFire = { ...emptyFire(dueAt, now), isManual: false };
  const isSkipped = isMissed && cron.missedFires === "skip" && !(await hasCronRun(cron, dueAt, tools));
  const outcome = isSkipped ? skipped(now) : await tryToFire(cron, dueAt, tools);
  const nextRunAt = nextTime({ pattern: cron.schedule, timezone: cron.timezone, endTime: cron.endTime }, now);
  await tools.backend.crons.noteFire(cron.cronId, { ...fire, ...outcome }, { nextRunAt });
  if (outcome.status !== "fired") {
    tools.logger.warn({ cron_id: cron.cronId, due_at: dueAt, message: outcome.message }, `cron: ${outcome.status}`);
  }
}

/**
 * Fires a cron because somebody asked for it, whatever its schedule says and also when it is paused.
 *
 * @throws ServerError when its run cannot be created
 */
export async function fireCronByHand(cron: CronRecord, now: Date, tools: ServerTools) {
  const dueAt = now.toISOString();
  const run = await createCronRun(cron, dueAt, tools);
  const { runId, threadId } = run;
  await tools.backend.crons.noteFire(cron.cronId, { ...emptyFire(dueAt, now), status: "fired", runId, threadId });
  return run;
}

type Outcome = Pick<CronFire, "status" | "runId" | "threadId" | "message">;

async function tryToFire(cron: CronRecord, dueAt: string, tools: ServerTools): Promise<Outcome> {
  try {
    const { runId, threadId } = await createCronRun(cron, dueAt, tools);
    return { status: "fired", runId, threadId, message: null };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { status: "failed", runId: null, threadId: null, message: error.message };
  }
}

function skipped(now: Date): Outcome {
  const message = `no server was there in time; looked at ${now.toISOString()}`;
  return { status: "skipped", runId: null, threadId: null, message };
}

function emptyFire(dueAt: string, now: Date): CronFire {
  const none = { runId: null, threadId: null, message: null };
  return { dueAt, firedAt: now.toISOString(), status: "failed", isManual: true, ...none };
}
