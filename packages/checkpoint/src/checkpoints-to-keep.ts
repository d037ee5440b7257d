/** A stored checkpoint of a thread, as far as others may need it. */
export interface CheckpointLinks {
  ns: string;
  id: string;
  parentId: string | undefined;
  /** Its format; before 4, sends to the next step were kept as writes on top of the parent. */
  v: number;
  metadata: Readonly<Record<string, unknown>>;
  /** The channels it holds a value of. */
  channels: readonly string[];
}

/**
 * The latest checkpoint of each namespace of a thread, and what these stand on (see PruneStrategy); given all checkpoints of the
 * thread.
 */
export function checkpointsToKeep<T extends CheckpointLinks>(all: readonly T[]): Set<T> {
  const byKey = new Map(all.map((checkpoint) => [keyOf(checkpoint.ns, checkpoint.id), checkpoint]));
  const latest = new Map<string, T>();
  for (const checkpoint of all) {
    const known = latest.get(checkpoint.ns);
    if (known === undefined || known.id < checkpoint.id) latest.set(checkpoint.ns, checkpoint);
  }
  const root = latest.get("");
  const kept = new Set<T>();
  for (const checkpoint of latest.values()) {
    if (isOfOtherRoot(checkpoint, root)) continue;
    kept.add(checkpoint);
    for (const ancestor of foundationOf(checkpoint, byKey)) kept.add(ancestor);
  }
  return kept;
}

/** Whether it is of a task that the latest checkpoint of the root graph does not know any more. */
function isOfOtherRoot({ ns, metadata }: CheckpointLinks, root: CheckpointLinks | undefined): boolean {
  if (root === undefined || !ns.includes(":")) return false;
  const parents = metadata.parents as Record<string, unknown> | undefined;
  const rootId = parents?.[""];
  return typeof rootId === "string" && rootId !== root.id;
}

/** The ancestors up to those that hold the last whole value of each delta channel. */
function foundationOf<T extends CheckpointLinks>(checkpoint: T, byKey: ReadonlyMap<string, T>): T[] {
  const counters = (checkpoint.metadata.counters_since_delta_snapshot ?? {}) as Record<string, unknown>;
  const open = new Set(Object.keys(counters).filter((channel) => !checkpoint.channels.includes(channel)));
  const foundation: T[] = [];
  let needsOneMore = checkpoint.v < 4;
  let at: T = checkpoint;
  while (open.size > 0 || needsOneMore) {
    const parent: T | undefined = at.parentId === undefined ? undefined : byKey.get(keyOf(at.ns, at.parentId));
    if (parent === undefined || foundation.includes(parent)) break;
    foundation.push(parent);
    for (const channel of parent.channels) open.delete(channel);
    needsOneMore = false;
    at = parent;
  }
  return foundation;
}

function keyOf(ns: string, id: string): string {
  return JSON.stringify([ns, id]);
}
