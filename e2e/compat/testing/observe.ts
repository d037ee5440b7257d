import type { Kit } from "./engines.ts";

// Programs of a scenario are written without types: they also try what the types forbid.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Any = any;

/** What came out of a stream, and the error that ended it, if one did. */
export async function chunks(open: () => Any): Promise<unknown[]> {
  const told: unknown[] = [];
  try {
    for await (const chunk of await open()) told.push(structured(chunk));
  } catch (error) {
    told.push({ thrown: error });
  }
  return told;
}

/** The result, or what was thrown instead. */
export async function outcome(act: () => unknown): Promise<unknown> {
  try {
    return { returned: await act() };
  } catch (error) {
    return { thrown: error };
  }
}

/** A chunk may share lists with the living state: keep what it said when it was said. */
function structured(chunk: unknown): unknown {
  if (Array.isArray(chunk)) return chunk.map(structured);
  if (typeof chunk !== "object" || chunk === null || Object.getPrototypeOf(chunk) !== Object.prototype) return chunk;
  return Object.fromEntries(Object.entries(chunk).map(([key, value]) => [key, structured(value)]));
}

export const inThread = (thread_id = "1", more: object = {}): Any => ({ configurable: { thread_id }, ...more });

export async function history(graph: Any, config: Any = inThread(), options?: Any): Promise<unknown[]> {
  const told: unknown[] = [];
  for await (const snapshot of graph.getStateHistory(config, options)) told.push(snapshot);
  return told;
}

/** A list that grows and a number that is replaced: the state of most programs here. */
export function logState({ lg }: Kit): Any {
  return lg.Annotation.Root({
    log: lg.Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
    n: lg.Annotation<number>,
  });
}

/** A step that a scenario waits at until it is let through. */
export function gate(): { wait: Promise<void>; open: () => void } {
  let open = (): void => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}
