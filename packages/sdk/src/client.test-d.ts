import { expectTypeOf, test } from "vitest";
import type { Client } from "./client.ts";

interface State {
  messages: string[];
}

declare const client: Client<State, Partial<State>, { progress: number }>;

test("the stream modes decide what the events are", async () => {
  for await (const part of client.runs.stream("t", "agent", { streamMode: ["updates", "custom"] })) {
    if (part.event === "updates") expectTypeOf(part.data).toEqualTypeOf<Record<string, Partial<State>>>();
    if (part.event === "custom") expectTypeOf(part.data).toEqualTypeOf<{ progress: number }>();
    if (part.event === "metadata") expectTypeOf(part.data.run_id).toBeString();
  }
});

test("values is the mode when none is given", async () => {
  for await (const part of client.runs.stream("t", "agent")) {
    if (part.event === "values") expectTypeOf(part.data).toEqualTypeOf<State>();
  }
});

test("states and threads hold the state of the client", async () => {
  expectTypeOf((await client.threads.getState("t")).values).toEqualTypeOf<State>();
  expectTypeOf((await client.threads.get("t")).values).toEqualTypeOf<State | null>();
  expectTypeOf(await client.runs.wait("t", "agent")).toEqualTypeOf<State>();
});
