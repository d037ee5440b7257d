import type { CheckpointTuple } from "@heddle/checkpoint";
import { UnknownInterruptError } from "../errors.ts";
import { KEY } from "../runtime/config-keys.ts";
import { INTERRUPT } from "../runtime/constants.ts";
import type { Interrupt } from "../runtime/interrupt.ts";
import { isResumeMap } from "../step/map-input.ts";
import type { GraphRun } from "./graph-run.ts";

/**
 * With `configurable.__pregel_strict_resume` an answer must belong to a question that is pending: a retried stale answer
 * then cannot become the answer to the next question.
 */
export function checkStrictResume(run: GraphRun, resume: unknown, tuple: CheckpointTuple | undefined): void {
  if (run.config.configurable[KEY.strictResume] !== true) return;
  const pendingIds = pendingInterruptIds(tuple);
  if (isEmptyRecord(resume)) {
    throw new UnknownInterruptError("The resume map names no interrupt", {
      reason: "empty_map",
      pendingIds,
    });
  }
  const interruptIds = isResumeMap(resume) ? Object.keys(resume) : [];
  const unknown = interruptIds.filter((id) => !pendingIds.includes(id));
  if (unknown.length > 0) {
    throw new UnknownInterruptError(`Unknown or already-consumed interrupt: ${unknown.join(", ")}`, {
      reason: "not_pending",
      interruptIds: unknown,
      pendingIds,
    });
  }
  if (interruptIds.length === 0 && pendingIds.length > 1) {
    throw new UnknownInterruptError(
      "When there are multiple pending interrupts, you must specify the interrupt id when resuming.",
      { reason: "ambiguous", pendingIds },
    );
  }
}

function pendingInterruptIds(tuple: CheckpointTuple | undefined): string[] {
  const interrupts = (tuple?.pendingWrites ?? [])
    .filter(([, channel]) => channel === INTERRUPT)
    .flatMap(([, , value]) => value as Interrupt | Interrupt[]);
  return [...new Set(interrupts.map((interrupt) => interrupt.id).filter((id) => id !== undefined))];
}

function isEmptyRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
