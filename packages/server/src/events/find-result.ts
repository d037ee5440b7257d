import { setTimeout as wait } from "node:timers/promises";
import { type Backend, DatabaseUnavailableError, type RunRecord, type ThreadRecord } from "@heddle/backend";
import type { RunResult } from "./live-runs.ts";
import { readAnswer } from "./run-answer.ts";

/** How long to wait before asking a database again that was not available. */
const AWAY_MS = 500;

/** How a run ended, from the backend; undefined while it has not. A run that is gone counts as interrupted. */
export async function findResult(runId: string, backend: Backend): Promise<RunResult | undefined> {
  const run = await backend.runs.get(runId);
  if (run === undefined) return { status: "interrupted" };
  if (run.status === "pending" || run.status === "running") return undefined;
  const thread = await backend.threads.get(run.threadId);
  if (thread === undefined && run.kwargs.temporary) {
    const answer = await readAnswer(run, backend);
    if (answer.valuesJson !== undefined || answer.error !== undefined) return { status: run.status, ...answer };
  }
  const valuesJson = thread === undefined ? undefined : JSON.stringify(toAnswer(run, thread));
  if (run.status !== "error" && run.status !== "timeout") return { status: run.status, valuesJson };
  const error = thread?.error as RunResult["error"] | null | undefined;
  return { status: run.status, valuesJson, error: error ?? { error: "Error", message: `Run "${runId}" failed` } };
}

/** A database that is away for a while is no end of a run: whoever reads has patience. */
export async function pauseUnlessBroken(error: unknown, patienceMs: number): Promise<void> {
  if (!(error instanceof DatabaseUnavailableError)) throw error;
  await wait(Math.min(patienceMs, AWAY_MS));
}

/** A run that stopped to ask answers with its questions too. */
function toAnswer(run: RunRecord, { status, values, interrupts }: ThreadRecord): unknown {
  const asked = Object.values(interrupts).flat();
  if (run.status !== "interrupted" || status !== "interrupted" || asked.length === 0) return values;
  if (typeof values !== "object") return values;
  return { ...values, __interrupt__: asked };
}
