import { Annotation, END, START, StateGraph } from "@langchain/langgraph";

const State = Annotation.Root({ count: Annotation() });

/** A chain of nodes that each add one. */
function chain(length) {
  const graph = new StateGraph(State);
  for (let n = 0; n < length; n++) {
    graph.addNode(`add${n}`, ({ count }) => ({ count: (count ?? 0) + 1 }));
    graph.addEdge(n === 0 ? START : `add${n - 1}`, `add${n}`);
  }
  return graph.addEdge(`add${length - 1}`, END).compile();
}

export const one = chain(1);
export const five = chain(5);
