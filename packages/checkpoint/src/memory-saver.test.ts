import { expect, test } from "vitest";
import { type Checkpoint, emptyCheckpoint, MemorySaver } from "./index.ts";

const config = { configurable: { thread_id: "t", checkpoint_ns: "" } };
const metadata = { source: "loop", step: 0, parents: {} } as const;

function checkpoint(values: Record<string, unknown>, versions: Record<string, number>): Checkpoint {
  return { ...emptyCheckpoint(), channel_values: values, channel_versions: versions };
}

test("the latest checkpoint is returned with its parent", async () => {
  const saver = new MemorySaver();
  const first = await saver.put(config, checkpoint({ a: 1 }, { a: 1 }), metadata, { a: 1 });
  const second = await saver.put(first, checkpoint({ a: 2 }, { a: 2 }), { ...metadata, step: 1 }, { a: 2 });
  const tuple = await saver.getTuple(config);
  expect(tuple?.config).toEqual(second);
  expect(tuple?.parentConfig).toEqual(first);
  expect(tuple?.checkpoint.channel_values).toEqual({ a: 2 });
  expect(tuple?.metadata).toEqual({ ...metadata, step: 1 });
});

test("a stored value does not change with the original", async () => {
  const saver = new MemorySaver();
  const list = [1];
  await saver.put(config, checkpoint({ list }, { list: 1 }), metadata, { list: 1 });
  list.push(2);
  expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({ list: [1] });
});

test("a value that did not change is shared with the parent's checkpoint", async () => {
  const saver = new MemorySaver();
  const first = await saver.put(config, checkpoint({ a: [1], b: 1 }, { a: 1, b: 1 }), metadata, { a: 1, b: 1 });
  await saver.put(first, checkpoint({ a: ["ignored"], b: 2 }, { a: 1, b: 2 }), metadata, { b: 2 });
  expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({ a: [1], b: 2 });
});

test("a fork keeps its own values although versions repeat", async () => {
  const saver = new MemorySaver();
  const root = await saver.put(config, checkpoint({ a: 1 }, { a: 1 }), metadata, { a: 1 });
  const left = await saver.put(root, checkpoint({ a: "left" }, { a: 2 }), metadata, { a: 2 });
  const right = await saver.put(root, checkpoint({ a: "right" }, { a: 2 }), metadata, { a: 2 });
  expect((await saver.getTuple(left))?.checkpoint.channel_values).toEqual({ a: "left" });
  expect((await saver.getTuple(right))?.checkpoint.channel_values).toEqual({ a: "right" });
});

test("ordinary writes are kept as first written, special ones are replaced", async () => {
  const saver = new MemorySaver();
  const stored = await saver.put(config, checkpoint({}, {}), metadata, {});
  await saver.putWrites(stored, [["a", 1]], "task", "~p");
  await saver.putWrites(stored, [["a", 2]], "task", "~p");
  await saver.putWrites(stored, [["__resume__", [1]]], "task", "~p");
  await saver.putWrites(stored, [["__resume__", [1, 2]]], "task", "~p");
  expect((await saver.getTuple(config))?.pendingWrites).toEqual([
    ["task", "__resume__", [1, 2]],
    ["task", "a", 1],
  ]);
});

test("pending writes come in the order of their task paths", async () => {
  const saver = new MemorySaver();
  const stored = await saver.put(config, checkpoint({}, {}), metadata, {});
  await saver.putWrites(stored, [["a", "late"]], "1", "~2");
  await saver.putWrites(stored, [["a", "early"]], "2", "~1");
  await saver.putWrites(stored, [["a", "input"]], "3");
  expect((await saver.getTuple(config))?.pendingWrites?.map((write) => write[2])).toEqual(["input", "early", "late"]);
});

test("list goes from newest to oldest and honours limit, before and filter", async () => {
  const saver = new MemorySaver();
  let parent = config;
  const ids: string[] = [];
  for (const step of [0, 1, 2]) {
    const saved = checkpoint({}, {});
    ids.unshift(saved.id);
    parent = (await saver.put(parent, saved, { ...metadata, step }, {})) as typeof config;
  }
  const list = async (options = {}) => {
    const found: string[] = [];
    for await (const tuple of saver.list({ configurable: { thread_id: "t" } }, options))
      found.push(tuple.checkpoint.id);
    return found;
  };
  expect(await list()).toEqual(ids);
  expect(await list({ limit: 2 })).toEqual(ids.slice(0, 2));
  expect(await list({ filter: { step: 1 } })).toEqual([ids[1]]);
  expect(await list({ before: { configurable: { checkpoint_id: ids[0] } } })).toEqual(ids.slice(1));
});

test("a deleted thread is gone", async () => {
  const saver = new MemorySaver();
  await saver.put(config, checkpoint({}, {}), metadata, {});
  await saver.deleteThread("t");
  expect(await saver.getTuple(config)).toBeUndefined();
});

test("a missing thread id is named in the error", async () => {
  await expect(new MemorySaver().put({}, checkpoint({}, {}), metadata, {})).rejects.toThrow(
    'missing a required "thread_id"',
  );
});
