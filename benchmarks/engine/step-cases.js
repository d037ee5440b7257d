import { timeOf } from "./sample.js";

export const stepCases = {
  "invoke of a 1-node graph": {
    unit: "ms",
    target: 15,
    measure: async (lib) => {
      const graph = chain(lib, 1);
      return timeOf(() => graph.invoke({ n: 0 }));
    },
  },
  "chain of 10 nodes": {
    unit: "ms",
    target: 30,
    measure: async (lib) => {
      const graph = chain(lib, 10);
      return timeOf(() => graph.invoke({ n: 0 }));
    },
  },
  "loop of 100 supersteps": {
    unit: "ms",
    target: 30,
    measure: async (lib) => {
      const graph = loop(lib);
      return timeOf(() => graph.invoke({ n: 0 }, { recursionLimit: 200 }));
    },
  },
  "loop of 100 supersteps, MemorySaver": {
    unit: "ms",
    target: 20,
    measure: async (lib) => {
      let thread = 0;
      const graph = loop(lib, new lib.MemorySaver());
      return timeOf(() =>
        graph.invoke({ n: 0 }, { recursionLimit: 200, configurable: { thread_id: String(thread++) } }),
      );
    },
  },
  "100-way Send fan-out and reduce": {
    unit: "ms",
    target: 30,
    measure: async (lib) => {
      const graph = fanOut(lib, 100);
      return timeOf(() => graph.invoke({ sum: 0 }));
    },
  },
  "50 channels, all written, 10 steps": {
    unit: "ms",
    target: 30,
    measure: async (lib) => {
      const graph = wide(lib, 50, 10);
      return timeOf(() => graph.invoke({ c0: 0 }));
    },
  },
  "subgraphs nested 3 deep": {
    unit: "ms",
    target: 20,
    measure: async (lib) => {
      const graph = nested(lib, 3);
      return timeOf(() => graph.invoke({ n: 0 }));
    },
  },
};

const Count = ({ Annotation }) => Annotation.Root({ n: Annotation });

export function chain(lib, length, options) {
  const { END, START, StateGraph } = lib;
  const builder = new StateGraph(Count(lib));
  for (let i = 0; i < length; i++) {
    builder.addNode(`node${i}`, ({ n }) => ({ n: n + 1 })).addEdge(i === 0 ? START : `node${i - 1}`, `node${i}`);
  }
  return builder.addEdge(`node${length - 1}`, END).compile(options);
}

function loop(lib, checkpointer) {
  const { END, START, StateGraph } = lib;
  return new StateGraph(Count(lib))
    .addNode("step", ({ n }) => ({ n: n + 1 }))
    .addEdge(START, "step")
    .addConditionalEdges("step", ({ n }) => (n < 100 ? "step" : END), ["step", END])
    .compile({ checkpointer });
}

function fanOut({ Annotation, END, Send, START, StateGraph }, width) {
  const State = Annotation.Root({ sum: Annotation({ reducer: (left, right) => left + right, default: () => 0 }) });
  return new StateGraph(State)
    .addNode("begin", () => ({}))
    .addNode("add", ({ by }) => ({ sum: by }))
    .addEdge(START, "begin")
    .addConditionalEdges("begin", () => Array.from({ length: width }, (_, by) => new Send("add", { by })), ["add"])
    .addEdge("add", END)
    .compile();
}

function wide({ Annotation, END, START, StateGraph }, width, steps) {
  const names = Array.from({ length: width }, (_, i) => `c${i}`);
  const State = Annotation.Root(Object.fromEntries(names.map((name) => [name, Annotation])));
  return new StateGraph(State)
    .addNode("step", ({ c0 }) => Object.fromEntries(names.map((name) => [name, c0 + 1])))
    .addEdge(START, "step")
    .addConditionalEdges("step", ({ c0 }) => (c0 < steps ? "step" : END), ["step", END])
    .compile();
}

function nested(lib, depth) {
  const { END, START, StateGraph } = lib;
  let graph = chain(lib, 1);
  for (let i = 0; i < depth; i++) {
    graph = new StateGraph(Count(lib)).addNode("inner", graph).addEdge(START, "inner").addEdge("inner", END).compile();
  }
  return graph;
}
