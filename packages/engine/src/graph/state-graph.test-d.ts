// Compile-time assertions: this file is never run.
import { z } from "zod";
import {
  Annotation,
  Command,
  END,
  interrupt,
  ReducedValue,
  START,
  StateGraph,
  StateSchema,
  StreamChannel,
} from "../index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function assertType<T extends true>(_value?: T): void {}

const State = Annotation.Root({
  topic: Annotation<string>,
  log: Annotation<string[], string | string[]>({ reducer: (a, b) => a.concat(b), default: () => [] }),
});
assertType<Equal<typeof State.State, { topic: string; log: string[] }>>();

const graph = new StateGraph(State)
  .addNode("greet", (state) => {
    assertType<Equal<typeof state.topic, string>>();
    return { log: `hello ${state.topic}` };
  })
  .addNode("route", () => new Command({ goto: "greet", update: { topic: "x" } }), { ends: ["greet"] })
  .addEdge(START, "greet")
  .addConditionalEdges("greet", ({ log }) => (log.length > 3 ? END : "route"), ["route", END])
  .compile();

async function results() {
  const result = await graph.invoke({ topic: "t" });
  assertType<Equal<typeof result.log, string[]>>();
  for await (const [mode, chunk] of await graph.stream({ topic: "t" }, { streamMode: ["values"] })) {
    assertType<Equal<typeof mode, "values">>();
    assertType<Equal<typeof chunk.topic, string>>();
  }
  for await (const [namespace, chunk] of await graph.stream(
    { topic: "t" },
    { streamMode: "values", subgraphs: true },
  )) {
    assertType<Equal<typeof namespace, string[]>>();
    assertType<Equal<typeof chunk.log, string[]>>();
  }
  // @ts-expect-error the state has no such key
  await graph.invoke({ nope: 1 });
}

// @ts-expect-error no such node
new StateGraph(State).addNode("a", () => ({})).addEdge("a", "b");

const Fields = new StateSchema({
  n: z.number(),
  log: new ReducedValue(
    z.array(z.string()).default(() => []),
    { inputSchema: z.string(), reducer: (a, b: string) => [...a, b] },
  ),
});
assertType<Equal<typeof Fields.State, { n: number; log: string[] }>>();
new StateGraph(Fields).addNode("a", (state) => ({ n: state.n + state.log.length }));

new StateGraph(z.object({ n: z.number() })).addNode("a", (state) => ({ n: state.n + 1 }));

new StateGraph(State, {
  context: z.object({ user: z.string() }),
  interrupt: { ask: interrupt<string, boolean> },
}).addNode("a", (_state, runtime) => {
  const user: string | undefined = runtime.context?.user;
  return { topic: user ?? "nobody" };
});

const counting = () => ({
  init: () => ({ count: StreamChannel.local<number>(), total: Promise.resolve("3") }),
  process: () => true,
});
async function extensions() {
  const run = await graph.streamEvents({ topic: "t" }, { version: "v3", transformers: [counting] });
  assertType<Equal<typeof run.extensions.count, StreamChannel<number>>>();
  assertType<Equal<typeof run.extensions.total, Promise<string>>>();
  const { topic } = await run.output;
  assertType<Equal<typeof topic, string>>();
}

export { extensions, results };
