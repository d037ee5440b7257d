import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LogState, thread } from "../../testing/log-graph.ts";
import { reopened } from "../../testing/reopened-saver.ts";
import { Command, entrypoint, interrupt, MemorySaver, type RetryPolicy, START, StateGraph } from "../index.ts";
import { sleep } from "./sleep.ts";
import { waitForEvent } from "./wait-for-event.ts";

const NOON = new Date("2026-01-01T12:00:00Z");
const later = (ms: number) => vi.setSystemTime(NOON.getTime() + ms);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

type LogNode = (state: typeof LogState.State) => Promise<Partial<typeof LogState.Update>>;

const graphOf = (node: LogNode, checkpointer: unknown = new MemorySaver(), retryPolicy?: RetryPolicy) =>
  new StateGraph(LogState)
    .addNode("n1", node, retryPolicy === undefined ? {} : { retryPolicy })
    .addEdge(START, "n1")
    .compile({ checkpointer: checkpointer as MemorySaver });

/** The interrupts of a paused run. */
const pausesOf = (result: object) => (result as { __interrupt__?: { id: string; value: unknown }[] }).__interrupt__;

const pauseUntil = (ms: number) => [
  { id: expect.any(String), value: { type: "sleep", until: new Date(NOON.getTime() + ms).toISOString() } },
];

test("a sleeping run pauses, says until when, pauses again if resumed before, and then goes on", async () => {
  const graph = graphOf(async () => {
    await sleep(60_000);
    return { log: ["awake"] };
  });
  expect(await graph.invoke({ n: 1 }, thread())).toMatchObject({ log: [], __interrupt__: pauseUntil(60_000) });
  expect((await graph.getState(thread())).next).toEqual(["n1"]);
  later(59_999);
  expect(await graph.invoke(null, thread())).toMatchObject({ log: [], __interrupt__: pauseUntil(60_000) });
  later(60_000);
  expect(await graph.invoke(null, thread())).toEqual({ n: 1, log: ["awake"] });
});

test("a process that was not there when it fell asleep wakes it", async () => {
  const storage = new MemorySaver();
  const node = async () => {
    await sleep(new Date(NOON.getTime() + 1000));
    await sleep(1000);
    return { log: ["awake"] };
  };
  await graphOf(node, reopened(storage)).invoke({ n: 1 }, thread());
  later(5000);
  // The second sleep begins when the first has ended.
  expect(await graphOf(node, reopened(storage)).invoke(null, thread())).toMatchObject({
    __interrupt__: pauseUntil(6000),
  });
  later(6000);
  expect(await graphOf(node, reopened(storage)).invoke(null, thread())).toEqual({ n: 1, log: ["awake"] });
});

test("an answer for somebody else does not wake, and is not taken", async () => {
  const graph = new StateGraph(LogState)
    .addNode("sleeper", async () => {
      await sleep(1000);
      return { log: [`asked ${interrupt<string, string>("ready?")}`] };
    })
    .addNode("asker", () => ({ log: [`told ${interrupt<string, string>("who?")}`] }))
    .addEdge(START, "sleeper")
    .addEdge(START, "asker")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({ n: 1 }, thread());
  expect(pausesOf(await graph.invoke(new Command({ resume: "me" }), thread()))).toEqual(pauseUntil(1000));
  later(1000);
  expect(await graph.invoke(null, thread())).toMatchObject({ __interrupt__: [{ value: "ready?" }] });
  expect((await graph.invoke(new Command({ resume: "yes" }), thread())).log).toEqual(["told me", "asked yes"]);
});

test("workflows sleep too", async () => {
  const flow = entrypoint({ name: "flow", checkpointer: new MemorySaver() }, async (n: number) => {
    await sleep(10);
    return n * 2;
  });
  expect(await flow.invoke(2, thread())).toMatchObject({ __interrupt__: pauseUntil(10) });
  later(10);
  expect(await flow.invoke(null as never, thread())).toBe(4);
});

test("a sleep needs a checkpointer, a graph around it, and a time", async () => {
  const node = (duration: number | Date) => async () => {
    await sleep(duration);
    return {};
  };
  await expect(graphOf(node(1), false).invoke({ n: 1 })).rejects.toMatchObject({
    lc_error_code: "MISSING_CHECKPOINTER",
  });
  await expect(sleep(1)).rejects.toThrow("sleep() was called outside of a graph node");
  await expect(graphOf(node(new Date("no"))).invoke({ n: 1 }, thread())).rejects.toThrow("valid date");
});

test("a run waits for an event and is resumed with its payload", async () => {
  const graph = graphOf(async () => {
    const paid = await waitForEvent<{ amount: number }>("order:paid");
    const sent = await waitForEvent<string>("sent");
    return { log: [`${paid.amount} ${sent}`] };
  });
  expect(await graph.invoke({ n: 1 }, thread())).toMatchObject({
    __interrupt__: [{ id: expect.stringMatching(/^[0-9a-f]{32}$/), value: { type: "event", name: "order:paid" } }],
  });
  const second = pausesOf(await graph.invoke(new Command({ resume: { amount: 7 } }), thread()));
  expect(second).toMatchObject([{ value: { type: "event", name: "sent" } }]);
  const byId = { [second?.[0]?.id as string]: "off" };
  expect(await graph.invoke(new Command({ resume: byId }), thread())).toEqual({ n: 1, log: ["7 off"] });
});

test("the payload of an event survives a failure of its node, and a crash", async () => {
  const storage = new MemorySaver();
  let attempts = 0;
  const node = async () => {
    const payload = await waitForEvent<string>("go");
    attempts += 1;
    if (attempts < 3) throw new Error("flaky");
    return { log: [payload] };
  };
  const graph = () => graphOf(node, reopened(storage), { maxAttempts: 1 });
  await graph().invoke({ n: 1 }, thread());
  await expect(graph().invoke(new Command({ resume: "payload" }), thread())).rejects.toThrow("flaky");
  await expect(graph().invoke(null, thread())).rejects.toThrow("flaky");
  expect(await graph().invoke(null, thread())).toEqual({ n: 1, log: ["payload"] });
});

test("the next visit of a node waits anew", async () => {
  const graph = new StateGraph(LogState)
    .addNode("n1", async () => ({ log: [await waitForEvent<string>("tick")] }))
    .addEdge(START, "n1")
    .addConditionalEdges("n1", ({ log }) => (log.length < 2 ? "n1" : "__end__"))
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({ n: 1 }, thread());
  await graph.invoke(new Command({ resume: "one" }), thread());
  expect((await graph.invoke(new Command({ resume: "two" }), thread())).log).toEqual(["one", "two"]);
});
