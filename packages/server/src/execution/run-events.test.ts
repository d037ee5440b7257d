import { expect, test } from "vitest";
import { readChunk } from "./graph-chunk.ts";
import { createRunEvents } from "./run-events.ts";

test("only the modes that were asked for become events", () => {
  const toEvents = createRunEvents(["updates"]);
  expect(toEvents(readChunk(["values", { a: 1 }], false))).toEqual([]);
  expect(toEvents(readChunk(["updates", { node: { a: 1 } }], false))).toEqual([
    { event: "updates", data: { node: { a: 1 } } },
  ]);
});

test("events of a subgraph carry its namespace in their name", () => {
  const toEvents = createRunEvents(["updates"]);
  const chunk = readChunk([["child:1", "leaf:2"], "updates", { inner: {} }], true);
  expect(toEvents(chunk)).toEqual([{ event: "updates|child:1|leaf:2", data: { inner: {} } }]);
});

test("mode messages of the engine is told as `messages` only to who asked for tuples", () => {
  const chunk = readChunk(["messages", ["hi", {}]], false);
  expect(createRunEvents(["messages-tuple"])(chunk)).toEqual([{ event: "messages", data: ["hi", {}] }]);
  expect(createRunEvents(["values"])(chunk)).toEqual([]);
});

test("checkpoints name themselves and their parent, without what only the engine needs", () => {
  const toEvents = createRunEvents(["checkpoints"]);
  const config = { configurable: { thread_id: "t", checkpoint_id: "c2", __pregel_checkpointer: {} }, callbacks: [] };
  const parentConfig = { configurable: { thread_id: "t", checkpoint_id: "c1", checkpoint_ns: "" } };
  const [event] = toEvents(readChunk(["checkpoints", { config, parentConfig, values: { a: 1 }, next: [] }], false));
  expect(event?.data).toEqual({
    values: { a: 1 },
    next: [],
    config: { configurable: { thread_id: "t", checkpoint_id: "c2" } },
    parent_config: { configurable: { thread_id: "t", checkpoint_id: "c1", checkpoint_ns: "" } },
    checkpoint: { thread_id: "t", checkpoint_id: "c2", checkpoint_ns: "", checkpoint_map: null },
    parent_checkpoint: { thread_id: "t", checkpoint_id: "c1", checkpoint_ns: "", checkpoint_map: null },
  });
});
