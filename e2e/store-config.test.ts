import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@heddle/sdk";
import { expect, it } from "vitest";
import { startServer } from "./testing/server.ts";
import { tempFolder } from "./testing/temp-folder.ts";
import { until } from "./testing/until.ts";

const GRAPH = `import { Annotation, END, START, StateGraph } from "@heddle/langgraph";
const State = Annotation.Root({ found: Annotation });
export const graph = new StateGraph(State)
  .addNode("look", async (_, config) => ({ found: (await config.store.search(["notes"], { query: "bbb", limit: 1 }))[0].key }))
  .addEdge(START, "look").addEdge("look", END).compile();`;

const EMBED = `export const embed = async (texts) =>
  texts.map((text) => ["a", "b", "c"].map((letter) => text.split(letter).length - 1));`;

it("store.index and store.ttl of a langgraph.json: search by meaning for clients and graphs, items that end by themselves", async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, "graph.ts"), GRAPH);
  await writeFile(join(folder.path, "embed.ts"), EMBED);
  const store = {
    index: { dims: 3, embed: "./embed.ts:embed", fields: ["text"] },
    ttl: { default_ttl: 60, refresh_on_read: false, sweep_interval_minutes: 0.001 },
  };
  const config = join(folder.path, "langgraph.json");
  await writeFile(config, JSON.stringify({ graphs: { looker: "./graph.ts:graph" }, store }));
  await using server = await startServer({ config });
  expect(server.output()).not.toContain("no effect");
  const client = new Client({ apiUrl: server.url });
  for (const text of ["aaa", "abb", "ccc"]) await client.store.putItem(["notes"], text, { text });
  const { items } = await client.store.searchItems(["notes"], { query: "b", limit: 2 });
  expect(items.map(({ key }) => key)).toEqual(["abb", "aaa"]);
  expect(items[0]?.score).toBeCloseTo(2 / Math.sqrt(5), 4);
  expect(await client.runs.wait(null, "looker", { input: {} })).toEqual({ found: "abb" });
  await client.store.putItem(["notes"], "brief", { text: "b" }, { ttl: 0.002 });
  await until("the item has ended", async () => (await client.store.getItem(["notes"], "brief")) === null);
});
