import { compareChannelVersions } from "@heddle/checkpoint";
import { INTERRUPT, TAG_HIDDEN } from "../runtime/constants.ts";
import type { GraphState } from "./graph-state.ts";
import { nullVersion } from "./plan-tasks.ts";
import type { Task } from "./task.ts";

/** Names of nodes, or "*" for every visible one. */
export type InterruptPoints = "*" | readonly string[];

/** The tasks a static interrupt stops at: none when nothing has changed since the last stop, so that a resume passes once. */
export function tasksToInterrupt(state: GraphState, points: InterruptPoints, tasks: Iterable<Task>): Task[] {
  if (points.length === 0 || !hasChangedSinceInterrupt(state)) return [];
  return [...tasks].filter((task) =>
    points === "*" ? !task.node.tags.includes(TAG_HIDDEN) : points.includes(task.name),
  );
}

function hasChangedSinceInterrupt(state: GraphState): boolean {
  const seen = state.seen[INTERRUPT] ?? {};
  for (const channel in state.versions) {
    const version = state.versions[channel];
    if (version !== undefined && compareChannelVersions(version, seen[channel] ?? nullVersion(version)) > 0)
      return true;
  }
  return false;
}
