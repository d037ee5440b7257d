import type { Backend, NewEvent, RunRecord } from "@heddle/backend";
import type { RunResult } from "./live-runs.ts";
import { SEQS_PER_ATTEMPT } from "./publish.ts";

/** In the log, never on the wire. */
const ANSWER = "$answer";

type Answer = Pick<RunResult, "valuesJson" | "error">;

/**
 * The answer of a run whose thread goes with it. Whoever waits for it at another process, or asks again with its key, finds it in
 * the event log, as the last event of its attempt; it is written with the run's settlement.
 */
export function toAnswerEvent({ runId, attempt }: RunRecord, answer: Answer): NewEvent {
  return { runId, attempt, seq: seqOf(attempt), event: ANSWER, data: JSON.stringify(answer) };
}

export async function readAnswer({ runId, attempt }: RunRecord, { events }: Backend): Promise<Answer> {
  const [found] = await events.read(runId, seqOf(attempt) - 1, 1);
  return found !== undefined && isAnswer(found) ? (JSON.parse(found.data) as Answer) : {};
}

export function isAnswer({ event }: { event: string }): boolean {
  return event === ANSWER;
}

function seqOf(attempt: number): number {
  return attempt * SEQS_PER_ATTEMPT - 1;
}
