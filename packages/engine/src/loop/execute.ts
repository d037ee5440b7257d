import { isGraphInterrupt, isParentCommand } from "../error-guards.ts";
import { taskOf } from "../runtime/ambient.ts";
import { INTERRUPT } from "../runtime/constants.ts";
import { isPromise } from "../runtime/is-promise.ts";
import type { FullConfig } from "../runtime/merge-config.ts";
import { RunAbort } from "../runtime/run-abort.ts";
import { turns } from "../runtime/turns.ts";
import { applyWrites } from "../step/apply-writes.ts";
import { readChannels } from "../step/read-channels.ts";
import { saveAllWrites } from "./commit-task.ts";
import { emitValues } from "./emit.ts";
import type { GraphDefinition } from "./graph-definition.ts";
import type { GraphRun } from "./graph-run.ts";
import { announceInterrupt } from "./lifecycle.ts";
import { runLoop } from "./loop.ts";
import { type GraphCall, openRun, startChain } from "./open-run.ts";

/**
 * Calls a graph. Everything it has to say goes to the call's receiver. Resolves when the graph has ended or waits for an
 * answer; a nested graph that waits throws `GraphInterrupt` to the graph above. Who passes `abort` can end the run by it.
 */
export async function execute(graph: GraphDefinition, call: GraphCall, abort = new RunAbort()): Promise<void> {
  const release = followCaller(abort, call.config);
  let run: GraphRun | undefined;
  try {
    abort.signal.throwIfAborted();
    // Awaited only where there is something to wait for: each turn costs a short run about a hundredth of itself.
    const isChecked = graph.validateContext(call.config.context ?? call.config.configurable);
    if (isPromise(isChecked)) await isChecked;
    const checked = graph.validateInput(call.input);
    const input = isPromise(checked) ? await checked : checked;
    run = openRun(graph, call, abort);
    if (run.tracer !== undefined) run.chain = await startChain(graph, call, run.tracer);
    try {
      await runToPause(graph, run, input);
    } finally {
      run.stream.release();
    }
    if (run.chain !== undefined) {
      // Readers get the last chunks before they hear of the end.
      await turns(TURNS_TO_READERS);
      await run.chain.handleChainEnd(run.output ?? outputOf(run));
    }
  } catch (error) {
    await run?.chain?.handleChainError(error);
    throw error;
  } finally {
    release();
  }
}

/** More than a chunk needs from the queue through core's machinery. */
const TURNS_TO_READERS = 20;

/** The run aborts with its caller; nothing stays attached to the caller's signal after the run. */
function followCaller(abort: RunAbort, config: FullConfig): () => void {
  const { signal } = config;
  if (signal === undefined) return () => {};
  const above = taskOf(config)?.scope.abort;
  if (above?.signal === signal) return above.follow((reason) => abort.abort(reason));
  const onAbort = () => abort.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}

async function runToPause(graph: GraphDefinition, run: GraphRun, input: unknown): Promise<void> {
  try {
    await runLoop(run, input);
    // At exit durability a nested graph leaves nothing, unless it has paused before: its answers would be asked for again.
    if (run.parent === undefined || graph.checkpointer === true || run.savedId !== undefined) run.save();
  } catch (error) {
    saveAtExit(run);
    await run.log?.flush();
    if (!isEndOfRun(run, error)) throw error;
    if (isGraphInterrupt(error)) await announceInterrupt(run, error.interrupts);
    return;
  }
  await run.log?.flush();
}

/** With exit durability, what an interrupted or failed run has done so far is saved now. */
function saveAtExit(run: GraphRun): void {
  if (run.log === undefined || run.scope.durability !== "exit" || run.checkpointId === "") return;
  run.save();
  saveAllWrites(run);
}

/** Whether control flow ends here: at the root, an interrupt is an ordinary end. */
function isEndOfRun(run: GraphRun, error: unknown): boolean {
  if (isGraphInterrupt(error)) {
    if (run.parent !== undefined) return false;
    if (error.interrupts.length === 0) {
      run.stream.emit("updates", { [INTERRUPT]: [] });
      run.stream.emit("values", { [INTERRUPT]: [] });
    }
    if (run.chain !== undefined) run.output = outputOf(run);
    emitPartialStep(run);
    return true;
  }
  // A command for the parent of a root graph has nowhere to go; upstream drops it without a word.
  return run.parent === undefined && isParentCommand(error);
}

/** What the finished tasks of an interrupted step wrote is part of the result, though not yet of the checkpoint. */
function emitPartialStep(run: GraphRun): void {
  const finished = run.tasks.filter((task) => task.writes.length > 0 && run.pendingWrites.has(task.id));
  if (finished.length === 0) return;
  applyWrites(run.program, run.state, finished, run.nextVersion);
  emitValues(
    run,
    finished.map((task) => task.writes),
  );
}

function outputOf(run: GraphRun): Record<string, unknown> {
  const output = readChannels(run.state.channels, run.outputKeys);
  return typeof output === "object" && output !== null ? (output as Record<string, unknown>) : { output };
}
