import { HumanMessage } from "@langchain/core/messages";
import type { Scenario } from "../testing/engines.ts";
import { type Any, outcome } from "../testing/observe.ts";

const listed = async (saver: Any, config: Any, options?: Any): Promise<unknown[]> => {
  const told: unknown[] = [];
  for await (const tuple of saver.list(config, options)) told.push(tuple);
  return told;
};

const at = (thread_id: string, checkpoint_ns = "", checkpoint_id?: string): Any => ({
  configurable: { thread_id, checkpoint_ns, ...(checkpoint_id === undefined ? {} : { checkpoint_id }) },
});

const checkpoint = (id: string, values: object, versions: object = {}): Any => ({
  v: 4,
  id,
  ts: "2026-01-01T00:00:00.000Z",
  channel_values: values,
  channel_versions: versions,
  versions_seen: { a: { x: 1 } },
});

export const scenarios: Scenario[] = [
  {
    name: "MemorySaver by hand",
    run: async (kit) => {
      const saver = new kit.lg.MemorySaver() as Any;
      const ids = [
        "1ef00000-0000-6000-8000-000000000001",
        "1ef00000-0000-6000-8000-000000000002",
        "1ef00000-0000-6000-8000-000000000003",
      ] as const;
      const puts = [
        await saver.put(at("t"), checkpoint(ids[0], { x: 1 }), { source: "input", step: -1, parents: {} }, {}),
        await saver.put(
          at("t", "", ids[0]),
          checkpoint(ids[1], { x: 2, messages: [new HumanMessage({ content: "hi", id: "1" })] }),
          { source: "loop", step: 0, parents: {} },
          {},
        ),
        await saver.put(
          at("t", "sub:1"),
          checkpoint(ids[2], { y: new Map([["a", new Set([1])]]), z: undefined, d: new Date(0) }),
          { source: "loop", step: 1, parents: { "": ids[1] } },
          {},
        ),
      ];
      await saver.putWrites(
        at("t", "", ids[1]),
        [
          ["x", 1],
          ["__interrupt__", [{ id: "i", value: "q" }]],
          ["y", { deep: [1] }],
        ],
        "task2",
        "~b",
      );
      await saver.putWrites(at("t", "", ids[1]), [["x", 7]], "task1", "~a");
      await saver.putWrites(at("t", "", ids[1]), [["x", 8]], "task1", "~a");
      await saver.putWrites(at("t", "", ids[1]), [["__resume__", "one"]], "task2", "~b");
      await saver.putWrites(at("t", "", ids[1]), [["__resume__", "two"]], "task2", "~b");
      return [
        puts,
        await saver.getTuple(at("t")),
        await saver.getTuple(at("t", "", ids[0])),
        await saver.getTuple(at("t", "sub:1")),
        await saver.getTuple(at("t", "", "nope")),
        await saver.getTuple(at("nobody")),
        await saver.get(at("t")),
        await listed(saver, at("t")),
        await listed(saver, at("t"), { limit: 1 }),
        await listed(saver, at("t"), { before: at("t", "", ids[1]) }),
        await listed(saver, at("t"), { filter: { source: "loop" } }),
        await listed(saver, at("t"), { filter: { step: -1, source: "input" } }),
        await outcome(() => saver.put({}, checkpoint(ids[0], {}), {}, {})),
        await outcome(() => saver.put({ configurable: {} }, checkpoint(ids[0], {}), {}, {})),
        await outcome(() => saver.putWrites({ configurable: { thread_id: "t" } }, [["x", 1]], "t")),
        await outcome(() => saver.putWrites({ configurable: { checkpoint_id: "t" } }, [["x", 1]], "t")),
        saver.getNextVersion(undefined),
        saver.getNextVersion(4),
        await saver.deleteThread("t"),
        await listed(saver, at("t")),
      ];
    },
  },
  {
    name: "helpers of checkpoints",
    run: async (kit) => {
      const { copyCheckpoint, emptyCheckpoint } = kit.lg as Any;
      const one = checkpoint("x", { list: [1] }, { list: 2 });
      const copy = copyCheckpoint(one);
      return [
        Object.keys(emptyCheckpoint()).sort(),
        emptyCheckpoint().v,
        copy,
        copy === one,
        copy.channel_values === one.channel_values,
        copy.channel_values.list === one.channel_values.list,
      ];
    },
  },
  {
    name: "AsyncBatchedStore",
    run: async (kit) => {
      const inner = new kit.lg.InMemoryStore() as Any;
      const batches: number[] = [];
      const batch = inner.batch.bind(inner);
      inner.batch = (operations: Any[]) => {
        batches.push(operations.length);
        return batch(operations);
      };
      const store = new kit.lg.AsyncBatchedStore(inner) as Any;
      await store.start();
      await Promise.all([store.put(["a"], "1", { v: 1 }), store.put(["a"], "2", { v: 2 }), store.get(["a"], "1")]);
      const found = await Promise.all([store.get(["a"], "1"), store.search(["a"]), store.delete(["a"], "2")]);
      const left = await store.search(["a"], { limit: 5 });
      const failed = await outcome(() => store.put([], "k", {}));
      await store.stop();
      return [
        found.map((one: Any) => (Array.isArray(one) ? one.map(({ value }: Any) => value) : one?.value)),
        left.map(({ value }: Any) => value),
        (failed as Any).thrown?.name,
        batches,
      ];
    },
  },
];
