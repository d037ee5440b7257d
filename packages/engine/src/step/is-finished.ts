import type { PendingWrite } from "@heddle/checkpoint";
import { ERROR, ERROR_SOURCE_NODE, INTERRUPT, RESUME } from "../runtime/constants.ts";

/** Writes that a task makes without being done. */
const UNFINISHED: ReadonlySet<string> = new Set([ERROR, ERROR_SOURCE_NODE, INTERRUPT, RESUME]);

/** Whether a task's writes are those of one that succeeded. */
export function isFinished(writes: PendingWrite[] | undefined): writes is PendingWrite[] {
  return writes?.some(([channel]) => !UNFINISHED.has(channel)) === true;
}
