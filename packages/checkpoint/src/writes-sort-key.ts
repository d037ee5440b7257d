/** Orders the writes of one superstep: task path, then task id, then position. */
export type WritesSortKey = readonly [taskPath: string, taskId: string, index: number];

/** Key of a write; writes without a task path (graph input, commands) sort first. */
export function writesSortKey(taskPath: string, taskId = "", index = 0): WritesSortKey {
  return [taskPath, taskId, index];
}

/** Compares by code point (as Python does), so that every saver returns writes in the order in which a run applies them. */
export function compareWritesSortKeys(a: WritesSortKey, b: WritesSortKey): number {
  return compareText(a[0], b[0]) || compareText(a[1], b[1]) || a[2] - b[2];
}

function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return (a.codePointAt(i) ?? 0) - (b.codePointAt(i) ?? 0);
  }
  return a.length - b.length;
}
