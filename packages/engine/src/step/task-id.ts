import { uuid5Within } from "@heddle/checkpoint";

/** Makes the ids of a step's tasks from what identifies a task. */
export type MakeTaskId = (...parts: readonly unknown[]) => string;

/**
 * Ids that are the same whenever the same task of the same checkpoint is planned: that is how pending writes find their
 * task again. The recipe is upstream's: `["ns", "step", "node", "__pregel_pull", ["trigger"]]` named within the checkpoint.
 */
export function stableTaskIds(checkpointId: string): MakeTaskId {
  let within: ((name: string) => string) | undefined;
  return (...parts) => {
    within ??= uuid5Within(checkpointId);
    return within(JSON.stringify(parts));
  };
}

/**
 * Ids that are merely unique, for runs that save nothing and so never find a task again: a hash would be half the cost of a
 * step. They look like the stable ones.
 */
export function uniqueTaskIds(runId: string): MakeTaskId {
  const prefix = `${runId.slice(0, 14)}5${runId.slice(15, 24)}`;
  let count = 0;
  return () => prefix + (++count).toString(16).padStart(12, "0");
}
