import {
  type ChannelVersion,
  type ChannelVersions,
  compareWritesSortKeys,
  type PendingWrite,
  writesSortKey,
} from "@heddle/checkpoint";
import type { BaseChannel } from "../channels/channel.ts";
import { InvalidUpdateError } from "../errors.ts";
import { CONTROL_CHANNELS } from "../runtime/constants.ts";
import type { GraphState } from "./graph-state.ts";
import type { Program } from "./program.ts";
import { type TaskPath, taskPathText } from "./task.ts";

/** What `applyWrites` needs of a task; graph input is one too, without triggers. */
export interface WritingTask {
  readonly name: string;
  readonly path: TaskPath;
  readonly triggers: readonly string[];
  readonly writes: readonly PendingWrite[];
  readonly id?: string;
}

/**
 * Ends a superstep: marks triggers as seen, consumes them, hands every written channel its values in the order of the task
 * paths, lets channels of one step pass away, and finishes the channels when nothing else will run. All changes of a step
 * get the same version. Returns the channels that changed, hold a value, and can trigger the next step.
 */
export function applyWrites(
  program: Program,
  state: GraphState,
  tasks: readonly WritingTask[],
  nextVersion: (current: ChannelVersion | undefined) => ChannelVersion,
): Set<string> {
  const ordered = tasks.length > 1 ? inOrder(tasks) : tasks;
  const stamp = stamper(state, nextVersion);
  markSeen(state, ordered);
  consumeTriggers(state, ordered, stamp);
  const updated = new Set<string>();
  const apply = (name: string, values: unknown[]) => {
    const channel = state.channels.get(name) as BaseChannel;
    if (!update(name, channel, values)) return;
    stamp(name);
    // Most state channels trigger nothing: a wide state costs no wide set.
    const counts = program.triggered.has(name) || channel.changesWithoutWrites;
    if (counts && channel.isAvailable()) updated.add(name);
    trackFleeting(state, name, channel);
  };
  if (isFlat(state, ordered)) {
    for (const [name, value] of ordered[0].writes) if (isKnown(state, name)) apply(name, [value]);
  } else {
    for (const [name, values] of groupByChannel(state, ordered)) apply(name, values);
  }
  if (ordered.some((task) => task.triggers.length > 0)) {
    passAway(state, updated, stamp);
    if (!triggersAny(program, updated)) finishAll(program, state, updated, stamp);
  }
  return updated;
}

/** By path: pulled tasks by name, then packets by number. */
function inOrder(tasks: readonly WritingTask[]): WritingTask[] {
  const keyed = tasks.map((task) => ({ task, key: writesSortKey(taskPathText(task.path.slice(0, 3)), "", 0) }));
  return keyed.sort((a, b) => compareWritesSortKeys(a.key, b.key)).map(({ task }) => task);
}

/** One version per step, asked for at its first change. */
function stamper(state: GraphState, nextVersion: (current: ChannelVersion | undefined) => ChannelVersion) {
  let version: ChannelVersion | undefined;
  return (channel: string) => {
    version ??= nextVersion(state.maxVersion);
    state.versions[channel] = version;
    state.changed.add(channel);
    state.maxVersion = version;
  };
}

function markSeen(state: GraphState, tasks: readonly WritingTask[]): void {
  const changed = new Set<string>();
  for (const task of tasks) {
    let record: ChannelVersions = state.seen[task.name] ?? {};
    if (!changed.has(task.name)) {
      // Saved checkpoints share the former record.
      record = { ...record };
      state.seen[task.name] = record;
      changed.add(task.name);
    }
    for (const trigger of task.triggers) {
      const version = state.versions[trigger];
      if (version !== undefined) record[trigger] = version;
    }
  }
}

function consumeTriggers(state: GraphState, tasks: readonly WritingTask[], stamp: (channel: string) => void): void {
  for (const task of tasks) {
    for (const trigger of task.triggers) {
      if (!CONTROL_CHANNELS.has(trigger) && state.channels.get(trigger)?.consume() === true) stamp(trigger);
    }
  }
}

/** Whether one task wrote each channel once: then nothing has to be grouped. */
function isFlat(state: GraphState, tasks: readonly WritingTask[]): tasks is readonly [WritingTask] {
  const [task] = tasks;
  if (tasks.length !== 1 || task === undefined) return false;
  const { writtenIn } = state;
  const application = ++state.applications;
  for (const [channel] of task.writes) {
    if (writtenIn.get(channel) === application) return false;
    writtenIn.set(channel, application);
  }
  return true;
}

/** Unknown channels are left out without a word. */
function isKnown(state: GraphState, channel: string): boolean {
  return !CONTROL_CHANNELS.has(channel) && state.channels.has(channel);
}

/** Channel → its values. */
function groupByChannel(state: GraphState, tasks: readonly WritingTask[]): Map<string, unknown[]> {
  const grouped = new Map<string, unknown[]>();
  for (const task of tasks) {
    for (const [channel, value] of task.writes) {
      const values = grouped.get(channel);
      if (values !== undefined) values.push(value);
      else if (isKnown(state, channel)) grouped.set(channel, [value]);
    }
  }
  return grouped;
}

function update(name: string, channel: BaseChannel, values: unknown[]): boolean {
  try {
    return channel.update(values);
  } catch (error) {
    if (!(error instanceof InvalidUpdateError)) throw error;
    const wrapped = new InvalidUpdateError(
      `Invalid update for channel "${name}" with values ${JSON.stringify(values)}: ${error.message}`,
    );
    if (error.lc_error_code !== undefined) wrapped.lc_error_code = error.lc_error_code;
    throw wrapped;
  }
}

function trackFleeting(state: GraphState, name: string, channel: BaseChannel): void {
  if (!channel.changesWithoutWrites) return;
  if (channel.isAvailable()) state.fleeting.add(name);
  else state.fleeting.delete(name);
}

function passAway(state: GraphState, updated: Set<string>, stamp: (channel: string) => void): void {
  for (const name of state.fleeting) {
    if (updated.has(name)) continue;
    const channel = state.channels.get(name) as BaseChannel;
    if (channel.update([])) {
      stamp(name);
      if (channel.isAvailable()) updated.add(name);
    }
    trackFleeting(state, name, channel);
  }
}

function triggersAny(program: Program, updated: Set<string>): boolean {
  for (const name of updated) if (program.triggered.has(name)) return true;
  return false;
}

function finishAll(program: Program, state: GraphState, updated: Set<string>, stamp: (channel: string) => void): void {
  for (const name of program.finishing) {
    const channel = state.channels.get(name) as BaseChannel;
    if (!channel.finish()) continue;
    stamp(name);
    if (channel.isAvailable()) updated.add(name);
  }
}
