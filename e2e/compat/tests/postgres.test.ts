import * as heddle from "@langchain/langgraph";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import { PostgresStore } from "@langchain/langgraph-checkpoint-postgres/store";
import * as official from "official-langgraph";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginning, buildLetter, type Engine } from "../testing/letter.ts";

const URL = process.env.HEDDLE_TEST_POSTGRES ?? "postgres://postgres@127.0.0.1:5432/test";
const SCHEMA = "heddle_compat";
const ours = heddle as unknown as Engine;

type Saver = Parameters<typeof buildLetter>[1];

/** Whether somebody answers; in CI somebody must. */
async function answers(): Promise<boolean> {
  const client = new Client({ connectionString: URL, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
    return true;
  } catch (error) {
    if (process.env.CI !== undefined) throw error;
    process.stderr.write(`skipped, no PostgreSQL answers at ${URL} (${String(error)}).\n`);
    return false;
  } finally {
    await client.end();
  }
}

describe.skipIf(!(await answers()))("on PostgreSQL, with the official packages", () => {
  let theirSaver: PostgresSaver;
  let theirStore: PostgresStore;

  beforeAll(async () => {
    theirSaver = PostgresSaver.fromConnString(URL, { schema: SCHEMA });
    await theirSaver.setup();
    theirStore = PostgresStore.fromConnString(URL, { schema: SCHEMA } as never);
    await theirStore.setup();
  });
  afterAll(async () => {
    await theirSaver?.end();
    await theirStore?.stop();
  });

  it.each<[string, Engine, Engine, () => unknown]>([
    ["the official saver on our engine", ours, ours, () => theirSaver],
    ["the official saver, begun on the official engine, ended on ours", official, ours, () => theirSaver],
    ["the official saver, begun on our engine, ended on the official one", ours, official, () => theirSaver],
  ])("a letter is written through %s", async (name, first, second, saver) => {
    const config = { configurable: { thread_id: name } };
    const begun = buildLetter(first, saver() as Saver);
    await begun.invoke(beginning(), config);
    await begun.invoke(new first.Command({ resume: "Ada" }), config);
    const ended = buildLetter(second, saver() as Saver);
    const { messages } = await ended.invoke(new second.Command({ resume: "today" }), config);
    expect(messages.at(-1)?.text).toBe("Dear Ada, part one and part two, sent today.");
    const steps: unknown[] = [];
    for await (const { metadata } of ended.getStateHistory(config)) steps.push(metadata?.step);
    expect(steps).toEqual([5, 4, 3, 2, 1, 0, -1]);
  });

  it.each<[string, typeof official, () => unknown]>([
    ["the official store on our engine", heddle as never, () => theirStore],
  ])("%s keeps what nodes put into it, and finds it by filter and namespace", async (name, engine, open) => {
    const store = open() as InstanceType<typeof official.InMemoryStore>;
    const space = name.replaceAll(" ", "-");
    const { Annotation, START, StateGraph, getStore } = engine;
    const graph = new StateGraph(Annotation.Root({ found: Annotation<unknown> }))
      .addNode("write", async (_state, { store: given }) => {
        await given?.put([space, "ada"], "likes", { what: "looms", count: 3 });
        await getStore()?.put([space, "bea"], "likes", { what: "silk", count: 5 });
        return {};
      })
      .addNode("read", async (_state, { store: given }) => ({
        found: [
          (await given?.search([space], { filter: { what: "silk" } }))?.map(({ value }) => value),
          (await given?.search([space], { filter: { count: { $gt: 2 } }, limit: 1 }))?.length,
          (await given?.get([space, "ada"], "likes"))?.value,
        ],
      }))
      .addEdge(START, "write")
      .addEdge("write", "read")
      .compile({ store });
    const { found } = (await graph.invoke({})) as { found: unknown[] };
    expect(found).toEqual([[{ what: "silk", count: 5 }], 1, { what: "looms", count: 3 }]);
    expect((await store.listNamespaces({ prefix: [space] })).sort()).toEqual([
      [space, "ada"],
      [space, "bea"],
    ]);
  });
});
