import type { CronRecord, RunRecord } from "@heddle/backend";
import type { RunCreate } from "@heddle/protocol";
import { toAuthUser } from "../auth/auth-user.ts";
import { EVERYBODY } from "../auth/caller.ts";
import { ServerError } from "../errors.ts";
import { derivedId } from "../ids.ts";
import { createRun, type RunOrigin } from "../runs/create-run.ts";
import type { ServerTools } from "../server-tools.ts";

/**
 * Creates the run of a cron for one time. The id of the run follows from both: whoever fires the same cron for the same time
 * again finds the run that is there.
 */
export async function createCronRun(cron: CronRecord, dueAt: string, tools: ServerTools): Promise<RunRecord> {
  const runId = derivedId("cron", cron.cronId, dueAt);
  const existing = await tools.backend.runs.get(runId);
  if (existing !== undefined) return existing;
  const threadId = cron.threadId ?? undefined;
  return createRun({ body: toBody(cron), threadId, runId, isStreamed: true, origin: originOf(cron, tools) }, tools);
}

/** Whether somebody created the run before, and died before it could be noted. */
export async function hasCronRun(cron: CronRecord, dueAt: string, { backend }: ServerTools): Promise<boolean> {
  return (await backend.runs.get(derivedId("cron", cron.cronId, dueAt))) !== undefined;
}

/** A cron as `CronRecord.payload` keeps it: the body of its runs, and what the request that made it said of its sender. */
export interface CronPayload {
  run: Partial<RunCreate>;
  origin: RunOrigin["configurable"];
}

export function payloadOf({ payload }: CronRecord): CronPayload {
  return payload as unknown as CronPayload;
}

/** A cron's runs are those of whoever made it, who may not do more than they may today. */
function originOf(cron: CronRecord, { auth }: ServerTools): RunOrigin {
  const { origin } = payloadOf(cron);
  if (auth === undefined) return { caller: EVERYBODY, configurable: origin };
  if (origin.langgraph_auth_user === undefined) {
    const why = "it was made before there was authentication, so nobody knows whose it is; make it anew";
    throw new ServerError("forbidden", `Cron ${cron.cronId} cannot create runs: ${why}`);
  }
  return { caller: auth.callerOf(toAuthUser(origin.langgraph_auth_user)), configurable: origin };
}

/** What the request said that made the cron, as the body of a run. */
function toBody(cron: CronRecord): RunCreate {
  const { metadata, ...run } = payloadOf(cron).run;
  return {
    ...run,
    assistant_id: cron.assistantId,
    metadata: { ...metadata, cron_id: cron.cronId },
    on_completion: cron.onRunCompleted ?? "keep",
  };
}
