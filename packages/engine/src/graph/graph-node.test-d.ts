// Compile-time assertions: this file is never run.
import {
  Annotation,
  type CompiledGraphType,
  type ConditionalEdgeRouter,
  END,
  type GraphNode,
  START,
  StateGraph,
} from "../index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function assertType<T extends true>(_value?: T): void {}

const State = Annotation.Root({ topic: Annotation<string>, count: Annotation<number> });
const Output = Annotation.Root({ count: Annotation<number> });

const node: GraphNode<typeof State> = (state) => {
  assertType<Equal<typeof state, { topic: string; count: number }>>();
  return { count: state.count + 1 };
};

const typed: GraphNode<{ InputSchema: typeof State; OutputSchema: typeof Output; Nodes: "a" }> = ({ count }) => ({
  count,
});

// @ts-expect-error: the output has no such key
const wrong: GraphNode<{ InputSchema: typeof State; OutputSchema: typeof Output }> = () => ({ topic: 1, other: 2 });

const route: ConditionalEdgeRouter<typeof State, Record<string, unknown>, "a"> = ({ count }) => (count > 1 ? END : "a");

const graph = new StateGraph(State).addNode("a", node).addEdge(START, "a").addConditionalEdges("a", route).compile();

type Compiled = CompiledGraphType<{ state: { topic: string }; output: { count: number } }>;
async function results(compiled: Compiled) {
  const result = await compiled.invoke({});
  assertType<Equal<typeof result, { count: number }>>();
}

export { graph, results, typed, wrong };
