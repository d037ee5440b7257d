import { type Checkpoint, type CheckpointTuple, emptyCheckpoint, type PendingWrite } from "@heddle/checkpoint";
import type { DeltaCounters } from "../channels/snapshot-due.ts";
import { EmptyInputError } from "../errors.ts";
import { hydrateDelta } from "../inspect/hydrate-delta.ts";
import { type Command, isCommand } from "../runtime/command.ts";
import { CONTROL_CHANNELS, INPUT, INTERRUPT, NULL_TASK_ID, RESUME } from "../runtime/constants.ts";
import type { ReplayState } from "../runtime/task-context.ts";
import { applyWrites, type WritingTask } from "../step/apply-writes.ts";
import { stateFromCheckpoint } from "../step/graph-state.ts";
import { isResumeMap, mapCommand, mapInput } from "../step/map-input.ts";
import { planTasks } from "../step/plan-tasks.ts";
import { saveWrites } from "./commit-task.ts";
import { emitValues } from "./emit.ts";
import type { GraphRun } from "./graph-run.ts";
import { announceResume } from "./lifecycle.ts";
import { isHead, loadCheckpoint } from "./load-checkpoint.ts";
import { checkStrictResume } from "./strict-resume.ts";

/**
 * The first tick: loads the checkpoint and brings the input into the state. A run either resumes (null, a command, or a
 * graph above that resumes) or takes new input, and new input discards the tasks that were still to run.
 */
export async function start(run: GraphRun, input: unknown): Promise<void> {
  const tuple = run.log === undefined ? undefined : await loadCheckpoint(run, run.log);
  if (run.isReplay && run.parent === undefined && !replaysNested(run) && (await isHead(run, tuple)))
    run.isReplay = false;
  adopt(run, tuple);
  if (tuple !== undefined && run.log !== undefined && run.program.deltaChannels.length > 0) {
    await hydrateDelta(run.program, run.log.saver, tuple.config, tuple.checkpoint, run.state);
  }
  const command = isCommand(input) ? input : undefined;
  const isNewCommand = command !== undefined && (await takeCommand(run, command, tuple));
  run.singleAnswer ??= run.parent?.peekSingleAnswer();
  applyNullWrites(run);
  const hasVersions = Object.keys(run.state.versions).length > 0;
  const isResuming = hasVersions && resumes(run, input, command, tuple);
  const isReplay = run.isReplay;
  if (isResuming || isNewCommand) {
    await resume(run, isResuming, tuple);
  } else if (command !== undefined) {
    // An answer where nothing was asked, on a thread without a beginning.
    run.checkpoint("input");
    emitValues(run);
  } else {
    takeInput(run, input);
  }
  // Nested graphs resume, and replay, with the root.
  if (run.parent === undefined) run.scope = { ...run.scope, isResuming, replay: replayState(run, isReplay) };
}

function replayState(run: GraphRun, isReplay: boolean): ReplayState | undefined {
  const { checkpoint_id, checkpoint_map } = run.config.configurable;
  if (!isReplay || typeof checkpoint_id !== "string") return undefined;
  return { checkpointId: checkpoint_id, named: { ...(checkpoint_map as Record<string, string>) }, visited: new Set() };
}

/** Where a run without a saver begins; its ids and times are nobody's. */
const NOTHING_SAVED: Checkpoint = { v: 4, id: "", ts: "", channel_values: {}, channel_versions: {}, versions_seen: {} };

/** Makes the loaded checkpoint the living state. */
function adopt(run: GraphRun, tuple: CheckpointTuple | undefined): void {
  const checkpoint = tuple?.checkpoint ?? (run.log === undefined ? NOTHING_SAVED : emptyCheckpoint());
  run.state = stateFromCheckpoint(run.program, checkpoint);
  run.metadata = tuple?.metadata ?? { source: "input", step: -2, parents: {} };
  run.step = run.metadata.step + 1;
  run.stop = run.step + run.config.recursionLimit + 1;
  if (run.log !== undefined) run.setCheckpoint(checkpoint.id);
  else run.checkpointMap = { ...run.parents, [run.namespace]: run.unsavedId };
  run.savedId = tuple?.checkpoint.id;
  run.parentConfig = tuple?.parentConfig;
  run.deltaCounters = (run.metadata.counters_since_delta_snapshot as DeltaCounters | undefined) ?? {};
  for (const [taskId, channel, value] of tuple?.pendingWrites ?? []) {
    // What a command once wrote on top of a past checkpoint belongs to the branch it began.
    if (taskId === NULL_TASK_ID && run.isReplay) continue;
    addPendingWrite(run, taskId, [channel, value]);
  }
}

function addPendingWrite(run: GraphRun, taskId: string, write: PendingWrite): void {
  const writes = run.pendingWrites.get(taskId);
  if (writes === undefined) run.pendingWrites.set(taskId, [write]);
  else writes.push(write);
}

/** True when the command updates the state or goes somewhere, beyond answering interrupts. */
async function takeCommand(run: GraphRun, command: Command, tuple: CheckpointTuple | undefined): Promise<boolean> {
  const { resume } = command;
  if (resume !== undefined && resume !== null) {
    if (run.log === undefined) throw new Error("Cannot use Command(resume=...) without checkpointer");
    if (run.parent === undefined) checkStrictResume(run, resume, tuple);
    if (isResumeMap(resume)) run.scope = { ...run.scope, answersById: resume };
    else run.singleAnswer = { value: resume };
  }
  const writes = mapCommand(command);
  const pending: PendingWrite[] = writes
    .filter(([, channel]) => channel !== RESUME || run.singleAnswer !== undefined)
    .map(([, channel, value]) => [channel, value]);
  const stored = (run.pendingWrites.get(NULL_TASK_ID) ?? []).filter(([channel]) => channel !== RESUME);
  run.pendingWrites.set(NULL_TASK_ID, [...stored, ...pending]);
  // At a past checkpoint they are part of the branch that begins now.
  if (pending.length > 0 && run.savedId !== undefined && !run.isReplay) saveWrites(run, NULL_TASK_ID, pending, "");
  return pending.some(([channel]) => channel !== RESUME);
}

/** Writes that no task made are in the state from the beginning. */
function applyNullWrites(run: GraphRun): void {
  const writes = run.pendingWrites.get(NULL_TASK_ID)?.filter(([channel]) => !CONTROL_CHANNELS.has(channel)) ?? [];
  // They may be stored nowhere, or beside writes of another branch.
  if (writes.length > 0 || run.isReplay) run.needsSnapshots = true;
  if (writes.length > 0) applyWrites(run.program, run.state, [inputTask(writes)], run.nextVersion);
}

function inputTask(writes: PendingWrite[]): WritingTask {
  return { name: INPUT, path: [], triggers: [], writes };
}

function resumes(
  run: GraphRun,
  input: unknown,
  command: Command | undefined,
  tuple: CheckpointTuple | undefined,
): boolean {
  if (run.parent?.scope.isResuming === true || run.isRetried || input === undefined || input === null) return true;
  if (command !== undefined) return command.resume !== undefined && command.resume !== null;
  // A run that is started again after a crash carries the id under which it wrote its checkpoints.
  const runId = run.config.metadata.run_id;
  return run.parent === undefined && runId !== undefined && tuple?.metadata?.run_id === runId;
}

async function resume(run: GraphRun, isResuming: boolean, tuple: CheckpointTuple | undefined): Promise<void> {
  if (isResuming) await announceResume(run);
  run.state.seen[INTERRUPT] = { ...run.state.versions };
  if (run.isReplay && !replaysNested(run) && forks(run, isResuming, tuple)) {
    forgetAnswers(run);
    run.checkpoint("fork");
  }
  if (!isResuming) run.checkpoint("input");
  emitValues(run);
}

/** What goes on from a past checkpoint is a branch of its own; a replayed edit is one already. */
function forks(run: GraphRun, isResuming: boolean, tuple: CheckpointTuple | undefined): boolean {
  if (!isResuming) return true;
  const source = tuple?.metadata?.source;
  return source !== "update" && source !== "fork" && hasTasks(run);
}

/** The call named a checkpoint below this graph: the task that leads there must keep its id, so nothing forks above it. */
function replaysNested(run: GraphRun): boolean {
  const prefix = run.namespace === "" ? "" : `${run.namespace}|`;
  const named = run.parent === undefined ? run.config.configurable.checkpoint_map : run.scope.replay?.named;
  return Object.keys(named ?? {}).some((key) => key !== run.namespace && key.startsWith(prefix));
}

function hasTasks(run: GraphRun): boolean {
  return (
    planTasks(run.program, run.state, { namespace: run.namespace, step: run.step, makeId: run.makeTaskId }).length > 0
  );
}

/** A replayed step asks its questions again. */
function forgetAnswers(run: GraphRun): void {
  for (const [taskId, writes] of run.pendingWrites) {
    run.pendingWrites.set(
      taskId,
      writes.filter(([channel]) => channel !== RESUME),
    );
  }
}

function takeInput(run: GraphRun, input: unknown): void {
  const writes = mapInput(run.program.inputChannels, input);
  if (writes.length === 0) {
    const channels = run.program.inputChannels;
    throw new EmptyInputError(`Received no input writes for ${JSON.stringify(channels, null, 2)}`);
  }
  const isFresh = run.state.maxVersion === undefined;
  // Tasks left over are planned only so that their triggers count as seen.
  const leftOver = isFresh
    ? []
    : planTasks(run.program, run.state, { namespace: run.namespace, step: run.step, makeId: run.makeTaskId });
  run.pendingWrites.clear();
  run.updated = applyWrites(run.program, run.state, [...leftOver, inputTask(writes)], run.nextVersion);
  run.isReplay = false;
  run.checkpoint("input");
}
