import type { PendingWrite } from "@heddle/checkpoint";
import type { RunContext, TaskOutcome } from "../runner/run-context.ts";
import { ERROR, ERROR_SOURCE_NODE, INTERRUPT, NO_WRITES, NULL_TASK_ID } from "../runtime/constants.ts";
import { giveMessageIds } from "../state/message-ids.ts";
import { type Task, taskPathText } from "../step/task.ts";
import { emitDebuggable } from "../stream/modes/debug.ts";
import { taskResultChunk, taskStartChunk } from "../stream/modes/tasks.ts";
import { isHidden, updatesChunk } from "../stream/modes/updates.ts";
import type { CheckpointLog } from "./checkpoint-log.ts";
import { durableWrites } from "./durable-writes.ts";

/** What committing needs of a run. */
export interface CommittingRun
  extends Pick<RunContext, "checkpointId" | "pendingWrites" | "program" | "scope" | "step" | "stream" | "config"> {
  readonly log: CheckpointLog | undefined;
  readonly outputKeys: string | readonly string[];
  readonly tasks: Task[];
}

/** Keeps, saves and streams what a task wrote, as soon as it ends. */
export function commitTask(run: CommittingRun, task: Task, outcome: TaskOutcome): void {
  const writes = outcomeWrites(run, task, outcome);
  if (writes.length > 0) keepWrites(run, task, writes);
  streamOutcome(run, task, outcome, writes);
}

function outcomeWrites(run: CommittingRun, task: Task, outcome: TaskOutcome): PendingWrite[] {
  switch (outcome.type) {
    case "success":
      if (task.writes.length === 0) task.writes = [[NO_WRITES, null]];
      else if (run.program.deltaChannels.length > 0) giveMessageIds(task.writes, run.program.deltaChannels);
      // An error handler was not planned; its writes are applied with those of the step.
      if (task.failure !== undefined) run.tasks.push(task);
      return task.writes;
    case "interrupt": {
      // On an interrupt, `task.writes` holds the answers given so far and nothing else.
      const answers = task.writes;
      task.writes = [];
      return outcome.interrupts.length === 0 ? answers : [[INTERRUPT, outcome.interrupts], ...answers];
    }
    case "failure": {
      const { message, name } = outcome.error;
      task.writes = [];
      return outcome.isHandled
        ? [
            [ERROR, { message, name }],
            [ERROR_SOURCE_NODE, task.name],
          ]
        : [[ERROR, { message, name }]];
    }
    case "bubble":
      return task.writes;
  }
}

function keepWrites(run: CommittingRun, task: Task, writes: PendingWrite[]): void {
  run.pendingWrites.set(task.id, writes);
  saveWrites(run, task.id, writes, taskPathText(task.path));
}

/** At exit durability writes are saved with their checkpoint, at the end. */
export function saveWrites(run: CommittingRun, taskId: string, writes: PendingWrite[], path: string): void {
  if (run.log === undefined || run.scope.durability === "exit") return;
  run.log.putWrites(run.checkpointId, durableWrites(run.program, writes), taskId, path);
}

/** Saves all writes on top of the current checkpoint: the end of a run with exit durability. */
export function saveAllWrites(run: CommittingRun): void {
  const paths = new Map(run.tasks.map((task) => [task.id, taskPathText(task.path)]));
  for (const [taskId, writes] of run.pendingWrites) {
    if (taskId === NULL_TASK_ID) continue;
    run.log?.putWrites(run.checkpointId, durableWrites(run.program, writes), taskId, paths.get(taskId) ?? "");
  }
}

export function streamTaskStart(run: CommittingRun, task: Task): void {
  if (isHidden(task)) return;
  emitDebuggable(run.stream, "task", run.step, () => taskStartChunk(task, run.config));
}

/** A result of a former run is shown again, marked as such. */
export function streamTakenOver(run: CommittingRun, task: Task): void {
  if (!isHidden(task) && run.stream.wants("updates"))
    run.stream.emit("updates", updatesChunk(task, run.outputKeys, true));
}

function streamOutcome(run: CommittingRun, task: Task, outcome: TaskOutcome, kept: PendingWrite[]): void {
  let writes = kept;
  if (isHidden(task)) return;
  const isCached = outcome.type === "success" && outcome.isCached;
  // A functional task's interrupts are shown by its caller.
  const isCall = task.path.at(-1) === true;
  if (outcome.type === "interrupt" && isCall) return;
  if (outcome.type === "interrupt") streamInterrupts(run, outcome.interrupts);
  if (outcome.type === "success") {
    run.scope.onNodeFinished?.(task.name);
    if (run.stream.wants("updates")) run.stream.emit("updates", updatesChunk(task, run.outputKeys, isCached));
  }
  if (isCached) return;
  if (outcome.type === "bubble") writes = [[ERROR, { message: "", name: (outcome.error as Error).name }]];
  emitDebuggable(run.stream, "task_result", run.step, () => taskResultChunk(task, writes, run.program.streamChannels));
}

function streamInterrupts(run: CommittingRun, interrupts: readonly unknown[]): void {
  if (interrupts.length === 0) return;
  run.stream.emit("updates", { [INTERRUPT]: interrupts });
  run.stream.emit("values", { [INTERRUPT]: interrupts });
}
