import { GraphDrained, GraphInterrupt, GraphRecursionError } from "../errors.ts";
import { StepRunner } from "../runner/step-runner.ts";
import { applyWrites } from "../step/apply-writes.ts";
import { tasksToInterrupt } from "../step/interrupt-point.ts";
import { isFinished } from "../step/is-finished.ts";
import { planTasks } from "../step/plan-tasks.ts";
import type { Task } from "../step/task.ts";
import { emitCheckpoint, emitValues } from "./emit.ts";
import type { GraphRun } from "./graph-run.ts";
import { start } from "./start.ts";

/**
 * Runs a graph to its end, superstep by superstep: plan → run → apply → save → emit. The tasks of a step run side by side
 * and see the state as it was before the step; their writes are applied together when all have ended. Throws
 * `GraphInterrupt` when the run must wait for somebody.
 */
export async function runLoop(run: GraphRun, input: unknown): Promise<void> {
  await start(run, input);
  while (plan(run)) {
    const open = run.tasks.filter((task) => task.writes.length === 0);
    if (open.length > 0) {
      stopIfDrained(run);
      stopBefore(run, open);
      for (const task of run.tasks) run.onTaskStart(task);
      await runStep(run, open);
    }
    applyStep(run);
    if (run.scope.durability === "sync") await run.log?.flush();
    stopAfter(run);
  }
}

/** Plans the next superstep; false when nothing is left to do. Tasks that ended in a former run keep their writes. */
function plan(run: GraphRun): boolean {
  if (run.step > run.stop) throw new GraphRecursionError(outOfSteps(run), { lc_error_code: "GRAPH_RECURSION_LIMIT" });
  run.tasks = planTasks(run.program, run.state, {
    namespace: run.namespace,
    step: run.step,
    makeId: run.makeTaskId,
    updated: run.updated,
    onBadPacket: (packet) => console.warn("Ignoring a packet for an unknown node:", packet),
  });
  emitCheckpoint(run);
  if (run.pendingWrites.size > 0 && !run.isReplay) takeOverWrites(run);
  return run.tasks.length > 0;
}

function outOfSteps(run: GraphRun): string {
  return `Recursion limit of ${run.config.recursionLimit} reached without hitting a stop condition. You can increase the limit by setting the "recursionLimit" config key.`;
}

function takeOverWrites(run: GraphRun): void {
  for (const task of run.tasks) {
    const writes = run.pendingWrites.get(task.id);
    if (!isFinished(writes)) continue;
    task.writes = writes;
    run.onTakenOver(task);
  }
}

function stopIfDrained(run: GraphRun): void {
  const { control } = run.scope;
  if (control.drainRequested) throw new GraphDrained(control.drainReason);
}

function stopBefore(run: GraphRun, tasks: readonly Task[]): void {
  if (tasksToInterrupt(run.state, run.interruptBefore, tasks).length === 0) return;
  run.pauseStatus = "interrupt_before";
  throw new GraphInterrupt();
}

function runStep(run: GraphRun, open: readonly Task[]): Promise<void> {
  const runner = new StepRunner(run, open);
  return run.stepTimeout === undefined ? runner.finish() : finishInTime(run, runner, run.stepTimeout);
}

async function finishInTime(run: GraphRun, runner: StepRunner, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => run.abort(new Error("Abort")), timeoutMs);
  try {
    await runner.finish();
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the step: its writes become the state, and a checkpoint. */
function applyStep(run: GraphRun): void {
  run.updated = applyWrites(run.program, run.state, run.tasks, run.nextVersion);
  run.pendingWrites.clear();
  run.singleAnswer = undefined;
  run.isReplay = false;
  run.checkpoint("loop");
  emitValues(
    run,
    run.tasks.map((task) => task.writes),
  );
}

function stopAfter(run: GraphRun): void {
  if (tasksToInterrupt(run.state, run.interruptAfter, run.tasks).length === 0) return;
  run.pauseStatus = "interrupt_after";
  throw new GraphInterrupt();
}
