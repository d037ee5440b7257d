import { DeltaSnapshot } from "@heddle/checkpoint";
import { describe, expect, test } from "vitest";
import { EmptyChannelError, InvalidUpdateError } from "../errors.ts";
import { Overwrite } from "../runtime/overwrite.ts";
import { AnyValue } from "./any-value.ts";
import { BinaryOperatorAggregate } from "./binary-operator-aggregate.ts";
import { DeltaChannel } from "./delta-channel.ts";
import { DynamicBarrierValue } from "./dynamic-barrier-value.ts";
import { EphemeralValue } from "./ephemeral-value.ts";
import { LastValue, LastValueAfterFinish } from "./last-value.ts";
import { NamedBarrierValue, NamedBarrierValueAfterFinish } from "./named-barrier-value.ts";
import { Topic } from "./topic.ts";
import { UntrackedValueChannel } from "./untracked-value.ts";

describe("LastValue", () => {
  test("keeps the value of one write, undefined included", () => {
    const channel = new LastValue<unknown>();
    expect(() => channel.get()).toThrow(EmptyChannelError);
    expect(channel.update([])).toBe(false);
    expect(channel.update([undefined])).toBe(true);
    expect(channel.isAvailable()).toBe(true);
  });
  test("refuses two writes in one step, with a code", () => {
    expect(() => new LastValue().update([1, 2])).toThrow(
      expect.objectContaining({ name: "InvalidUpdateError", lc_error_code: "INVALID_CONCURRENT_GRAPH_UPDATE" }),
    );
  });
  test("a stored undefined is nothing, a stored null is a value", () => {
    expect(new LastValue<unknown>().fromCheckpoint(undefined).isAvailable()).toBe(false);
    expect(new LastValue<unknown>().fromCheckpoint(null).get()).toBeNull();
  });
});

test("LastValueAfterFinish gives its value only after finish, and once", () => {
  const channel = new LastValueAfterFinish<number>();
  channel.update([1, 2]);
  expect(channel.isAvailable()).toBe(false);
  expect(channel.checkpoint()).toEqual([2, false]);
  expect(channel.finish()).toBe(true);
  expect(channel.fromCheckpoint(channel.checkpoint()).get()).toBe(2);
  expect(channel.consume()).toBe(true);
  expect(channel.checkpoint()).toBeUndefined();
});

test("AnyValue keeps the last write and empties in a step without one", () => {
  const channel = new AnyValue<number>();
  channel.update([1, 2]);
  expect(channel.get()).toBe(2);
  expect(channel.update([])).toBe(true);
  expect(channel.update([])).toBe(false);
});

test("EphemeralValue lives for one step; its guard allows one write", () => {
  const channel = new EphemeralValue<number>();
  channel.update([1]);
  expect(channel.update([])).toBe(true);
  expect(channel.isAvailable()).toBe(false);
  expect(() => channel.update([1, 2])).toThrow(InvalidUpdateError);
  const free = new EphemeralValue<number>(false);
  free.update([1, 2]);
  expect(free.get()).toBe(2);
});

describe("Topic", () => {
  test("flattens one level and lives for one step", () => {
    const channel = new Topic<unknown>();
    channel.update([1, [2, [3]]]);
    expect(channel.get()).toEqual([1, 2, [3]]);
    expect(channel.update([])).toBe(true);
    expect(channel.checkpoint()).toEqual([]);
  });
  test("accumulates without changing what it has stored", () => {
    const channel = new Topic<number>({ accumulate: true });
    channel.update([1]);
    const stored = channel.checkpoint();
    channel.update([2]);
    expect(stored).toEqual([1]);
    expect(channel.get()).toEqual([1, 2]);
  });
  test("a unique topic never takes a value twice, also after a restore", () => {
    const channel = new Topic<string>({ unique: true, accumulate: true });
    channel.update(["a", "b", "a"]);
    const restored = channel.fromCheckpoint(channel.checkpoint());
    restored.update(["b", "c"]);
    expect(restored.get()).toEqual(["a", "b", "c"]);
  });
});

describe("BinaryOperatorAggregate", () => {
  const add = (a: number, b: number) => a + b;
  test("the first write of an empty channel becomes the value without the reducer", () => {
    const channel = new BinaryOperatorAggregate<number>(() => {
      throw new Error("not called");
    });
    channel.update([3]);
    expect(channel.get()).toBe(3);
  });
  test("an overwrite replaces the value and later writes of the step are ignored", () => {
    const channel = new BinaryOperatorAggregate(add, () => 1);
    channel.update([2, new Overwrite(10), 5]);
    expect(channel.get()).toBe(10);
  });
  test.each([[{ __overwrite__: 4 }], [{ type: "__overwrite__", value: 4 }]])("%o is an overwrite", (write) => {
    const channel = new BinaryOperatorAggregate(add, () => 1);
    channel.update([write as never]);
    expect(channel.get()).toBe(4);
  });
  test("a second overwrite in one step is refused, also on an empty channel", () => {
    expect(() => new BinaryOperatorAggregate(add).update([new Overwrite(1), new Overwrite(2)])).toThrow(
      "Can receive only one Overwrite value per step.",
    );
  });
});

describe("DeltaChannel", () => {
  const append = (state: string[], writes: string[][]) => [...state, ...writes.flat()];
  test("takes all writes of a step at once and stores nothing", () => {
    const channel = new DeltaChannel<string[]>(append);
    channel.update([["a"], ["b"]]);
    expect(channel.get()).toEqual(["a", "b"]);
    expect(channel.checkpoint()).toBeUndefined();
  });
  test("an overwrite wins over its siblings; null resets", () => {
    const channel = new DeltaChannel<string[]>(append);
    channel.update([["a"], new Overwrite(["x"]), ["b"]]);
    expect(channel.get()).toEqual(["x"]);
    channel.update([new Overwrite(null as never)]);
    expect(channel.get()).toEqual([]);
  });
  test("replay applies stored writes from a snapshot, the last overwrite first", () => {
    const channel = new DeltaChannel<string[]>(append).fromCheckpoint(new DeltaSnapshot(["s"]));
    channel.replay([["a"]]);
    expect(channel.get()).toEqual(["s", "a"]);
    channel.replay([["b"], { __overwrite__: ["o"] }, ["c"]]);
    expect(channel.get()).toEqual(["o", "c"]);
  });
  test("its snapshot frequency must be a positive integer", () => {
    expect(() => new DeltaChannel(append, { snapshotFrequency: 0 })).toThrow("positive integer");
  });
});

test("UntrackedValue is never stored and starts anew", () => {
  const channel = new UntrackedValueChannel<number>({ initialValueFactory: () => 7 });
  channel.update([1]);
  expect(channel.checkpoint()).toBeUndefined();
  expect(channel.fromCheckpoint(undefined).get()).toBe(7);
  expect(() => channel.update([1, 2])).toThrow(InvalidUpdateError);
});

describe("barriers", () => {
  test("a named barrier is available when all names were seen, then resets", () => {
    const channel = new NamedBarrierValue(new Set(["a", "b"]));
    expect(channel.update(["a"])).toBe(true);
    expect(channel.update(["a"])).toBe(false);
    expect(channel.isAvailable()).toBe(false);
    const restored = channel.fromCheckpoint(channel.checkpoint());
    restored.update(["b"]);
    expect(restored.get()).toBeUndefined();
    expect(restored.consume()).toBe(true);
    expect(restored.isAvailable()).toBe(false);
    expect(() => channel.update(["zzz"])).toThrow(InvalidUpdateError);
  });
  test("the barrier of a deferred node waits for finish too", () => {
    const channel = new NamedBarrierValueAfterFinish(new Set(["a"]));
    channel.update(["a"]);
    expect(channel.isAvailable()).toBe(false);
    expect(channel.finish()).toBe(true);
    expect(channel.isAvailable()).toBe(true);
    expect(channel.checkpoint()).toEqual([["a"], true]);
  });
  test("a dynamic barrier is armed by a write and ignores unknown names", () => {
    const channel = new DynamicBarrierValue<string>();
    expect(channel.update(["a"])).toBe(false);
    channel.update([{ __names: ["a", "b"] }]);
    channel.update(["a", "zzz", "b"]);
    expect(channel.isAvailable()).toBe(true);
    expect(() => channel.update([{ __names: [] }, { __names: [] }])).toThrow(InvalidUpdateError);
  });
});
