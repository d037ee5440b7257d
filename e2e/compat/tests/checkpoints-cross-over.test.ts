import * as heddle from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import * as official from "official-langgraph";
import { describe, expect, it } from "vitest";
import { beginning, buildLetter, type Engine } from "../testing/letter.ts";

const ours = heddle as unknown as Engine;
const config = { configurable: { thread_id: "1" } };

type Letter = ReturnType<typeof buildLetter>;
type Snapshot = Awaited<ReturnType<Letter["getState"]>>;

/** What of a state must be the same on both engines. */
function tell({ values, next, tasks, metadata, config: { configurable } }: Snapshot): unknown {
  const { messages = [], ...rest } = values as { messages?: { type: string; text: string; id: string }[] };
  return {
    values: rest,
    messages: messages.map(({ type, text, id }) => [type, text, id]),
    next,
    tasks: tasks.map(({ id, name, path, interrupts }) => ({ id, name, path, interrupts })),
    source: metadata?.source,
    step: metadata?.step,
    checkpoint: [configurable?.checkpoint_ns, configurable?.checkpoint_id],
  };
}

async function history(graph: Letter): Promise<unknown[]> {
  const told: unknown[] = [];
  for await (const snapshot of graph.getStateHistory(config)) told.push(tell(snapshot));
  return told;
}

const pairs: [string, Engine, Engine][] = [
  ["the official engine", official, ours],
  ["our engine", ours, official],
];

describe.each(pairs)("a thread begun on %s, in the official SqliteSaver", (_name, first, second) => {
  it("is read alike by the other", async () => {
    const checkpointer = SqliteSaver.fromConnString(":memory:");
    const [begun, other] = [buildLetter(first, checkpointer), buildLetter(second, checkpointer)];
    await begun.invoke(beginning(), config);
    const [state, same] = await Promise.all(
      [begun, other].map((graph) => graph.getState(config, { subgraphs: true }).then(tell)),
    );
    expect(same).toEqual(state);
    expect(state).toMatchObject({ next: ["opening"], tasks: [{ interrupts: [{ value: { ask: "name" } }] }] });
    expect(await history(other)).toEqual(await history(begun));
  });

  it("is resumed by the other, in a subgraph and at the root", async () => {
    const checkpointer = SqliteSaver.fromConnString(":memory:");
    const [begun, other] = [buildLetter(first, checkpointer), buildLetter(second, checkpointer)];
    await begun.invoke(beginning(), config);
    const paused = await other.invoke(new second.Command({ resume: "Ada" }), config);
    expect(paused).toMatchObject({ greeting: "Dear Ada", __interrupt__: [{ value: { ask: "send" } }] });
    const done = await begun.invoke(new first.Command({ resume: "today" }), config);
    expect(done.messages.at(-1)?.text).toBe("Dear Ada, part one and part two, sent today.");
    expect(done.written).toEqual(new Map([["begin", 1]]));
    expect(await history(other)).toEqual(await history(begun));
  });

  it("is resumed by the other by the interrupt's id", async () => {
    const checkpointer = SqliteSaver.fromConnString(":memory:");
    await buildLetter(first, checkpointer).invoke(beginning(), config);
    const other = buildLetter(second, checkpointer);
    const [task] = (await other.getState(config)).tasks;
    const id = task?.interrupts[0]?.id ?? "";
    const paused = await other.invoke(new second.Command({ resume: { [id]: "Bea" } }), config);
    expect(paused.greeting).toBe("Dear Bea");
  });

  it("is edited and forked by the other", async () => {
    const checkpointer = SqliteSaver.fromConnString(":memory:");
    const [begun, other] = [buildLetter(first, checkpointer), buildLetter(second, checkpointer)];
    await begun.invoke(beginning(), config);
    await other.invoke(new second.Command({ resume: "Ada" }), config);
    const edited = await other.updateState(config, { greeting: "Hello Cy" }, "opening");
    const state = await begun.getState(edited);
    expect(state.values.greeting).toBe("Hello Cy");
    const done = await begun.invoke(new first.Command({ resume: "now" }), config);
    expect(done.messages.at(-1)?.text).toBe("Hello Cy, part one and part two, sent now.");
  });
});
