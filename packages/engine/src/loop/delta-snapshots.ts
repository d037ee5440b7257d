import { isDeltaChannel } from "../channels/delta-channel.ts";
import { type DeltaCounters, isSnapshotDue } from "../channels/snapshot-due.ts";
import type { GraphState } from "../step/graph-state.ts";
import type { Program } from "../step/program.ts";

/** What snapshots need of a run. */
export interface SnapshottingRun {
  readonly program: Program;
  readonly state: GraphState;
  readonly snapshots: Map<string, unknown>;
  deltaCounters: DeltaCounters;
  needsSnapshots: boolean;
  touch(channel: string): void;
}

/**
 * Decides which delta channels store a snapshot with the next checkpoint: after enough updates or supersteps, after an
 * overwrite, and whenever the writes since the last one are not all pending writes of the path that leads here.
 */
export function takeDueSnapshots(run: SnapshottingRun): void {
  const counters: DeltaCounters = {};
  run.snapshots.clear();
  for (const name of run.program.deltaChannels) {
    const channel = run.state.channels.get(name);
    if (!isDeltaChannel(channel)) continue;
    const [updates, supersteps] = run.deltaCounters[name] ?? [0, 0];
    const isUpdated = run.state.changed.has(name);
    const next: [number, number] = [updates + (isUpdated ? 1 : 0), supersteps + 1];
    const isDue = run.needsSnapshots || channel.wasOverwritten || isSnapshotDue(channel, next);
    counters[name] = isDue ? [0, 0] : next;
    if (!isDue) continue;
    run.snapshots.set(name, channel.snapshot());
    channel.wasOverwritten = false;
    // A saver that stores a value once per version must see a new one.
    if (!isUpdated) run.touch(name);
  }
  run.deltaCounters = counters;
  run.needsSnapshots = false;
}
