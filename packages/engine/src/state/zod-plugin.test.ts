import { expect, test } from "vitest";
import { z as z3 } from "zod/v3";
import { z as z4 } from "zod/v4";
import type { BaseChannel } from "../channels/channel.ts";
import { StateGraph } from "../graph/state-graph.ts";
import { START } from "../runtime/constants.ts";
import { schemaMetaRegistry } from "./schema-meta.ts";
import { installZodPlugin, type ZodLangGraph } from "./zod-plugin.ts";

installZodPlugin();

function plugin<T>(schema: T): ZodLangGraph<T> {
  return (schema as { langgraph: ZodLangGraph<T> }).langgraph;
}

const concat = (current: string[], update: string | string[]) => current.concat(update);

test("a field of zod 3 gets its reducer by the plugin", () => {
  const log = plugin(z3.array(z3.string()).default(() => ["d"])).reducer(concat, z3.string() as never);
  const channels = schemaMetaRegistry.getChannelsForSchema(z3.object({ log }) as never) as Record<string, BaseChannel>;
  const channel = channels.log?.fromCheckpoint();
  channel?.update(["a"]);
  expect(channel?.get()).toEqual(["d", "a"]);
});

test("a field of zod 4 gets its reducer by the plugin", async () => {
  const log = plugin(z4.array(z4.string()).default(() => [])).reducer(concat);
  const graph = new StateGraph(z4.object({ log }))
    .addNode("a", () => ({ log: ["a"] }))
    .addEdge(START, "a")
    .compile();
  expect(await graph.invoke({ log: ["in"] })).toEqual({ log: ["in", "a"] });
});

test("metadata becomes extras of the JSON schema", () => {
  const field = plugin(z4.string()).metadata({ langgraph_type: "prompt" });
  expect(schemaMetaRegistry.get(field)).toEqual({ jsonSchemaExtra: { langgraph_type: "prompt" } });
});
