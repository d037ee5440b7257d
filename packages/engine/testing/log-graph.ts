import { Annotation, installAsyncStorage, StateGraph } from "../src/index.ts";

installAsyncStorage();

/** A number, and a list that every node adds its name to. */
export const LogState = Annotation.Root({
  n: Annotation<number>,
  log: Annotation<string[]>({ reducer: (a, b) => a.concat(b), default: () => [] }),
});

/** A node that adds `name` to the log. */
export const log = (name: string) => () => ({ log: [name] });

/** A builder with nodes that log their names. */
export function logGraph<N extends string>(
  ...names: N[]
): StateGraph<typeof LogState, typeof LogState.State, typeof LogState.Update, N | "__start__"> {
  // biome-ignore lint/suspicious/noExplicitAny: the names are added one by one, the type names them all at once
  const graph = new StateGraph(LogState) as any;
  for (const name of names) graph.addNode(name, log(name));
  return graph;
}

/** Config of a thread. */
export const thread = (id = "t", more: Record<string, unknown> = {}) => ({ configurable: { thread_id: id, ...more } });

/** Everything a stream yields. */
export async function chunksOf<T>(stream: Promise<AsyncIterable<T>> | AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  // Some iterables are promises of something else as well.
  const iterable = stream instanceof Promise ? await stream : stream;
  for await (const chunk of iterable) chunks.push(chunk);
  return chunks;
}
