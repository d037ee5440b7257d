import { bytesInUse } from "./sample.js";
import { chain } from "./step-cases.js";

const THREADS = 10_000;
const INVOKES = 100_000;

export const memoryCases = {
  "heap after 10,000 threads, MemorySaver": {
    unit: "MB",
    rounds: 1,
    measure: async (lib) => {
      const graph = chain(lib, 1, { checkpointer: new lib.MemorySaver() });
      const turn = (thread) => graph.invoke({ n: 0 }, { configurable: { thread_id: thread } });
      for (let i = 0; i < 200; i++) await turn(`warm${i}`);
      const before = await bytesInUse();
      for (let i = 0; i < THREADS; i++) await turn(String(i));
      return ((await bytesInUse()) - before) / 1e6;
    },
  },
  "heap growth in 100,000 invokes": {
    unit: "MB",
    // The official engine needs minutes for these; the question is whether ours grows.
    engines: ["ours"],
    rounds: 1,
    measure: async (lib) => {
      const graph = chain(lib, 1);
      for (let i = 0; i < INVOKES / 10; i++) await graph.invoke({ n: 0 });
      const before = await bytesInUse();
      for (let i = 0; i < INVOKES; i++) await graph.invoke({ n: 0 });
      return ((await bytesInUse()) - before) / 1e6;
    },
  },
};
