import { randomUUID } from "node:crypto";
import { PostgresSaver, PostgresStore } from "@heddle/backend-postgres";
import { SqliteSaver, SqliteStore } from "@heddle/backend-sqlite";
import * as ours from "@langchain/langgraph";
import { type CheckpointSaverTestInitializer, validate } from "@langchain/langgraph-checkpoint-validation";
import * as official from "official-langgraph";
import { afterAll, describe, expect, it } from "vitest";

type Saver = ReturnType<CheckpointSaverTestInitializer<never>["createCheckpointer"]>;

/** See checkpointer-validation.test.ts. */
const KEEPS_WHOLE_CHECKPOINTS = "@langchain/langgraph-checkpoint-sqlite";

const url = process.env.HEDDLE_TEST_POSTGRES ?? "postgres://postgres@127.0.0.1:5432/test";

/** Each saver has a schema of its own, which is dropped with it. */
async function openPostgres<T>(open: (place: { url: string; schema: string }) => Promise<T>) {
  const schema = `heddle_compat_${randomUUID().replaceAll("-", "")}`;
  return { schema, opened: await open({ url, schema }) };
}

async function dropSchema(schema: string): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.end();
}

const answers = await openPostgres((place) => PostgresSaver.open({ ...place, maxAttempts: 1 })).then(
  async ({ schema, opened }) => {
    await opened.close();
    await dropSchema(schema);
    return true;
  },
  () => false,
);
const hasPostgres = answers || process.env.CI !== undefined;

describe.skipIf(!hasPostgres)("our PostgresSaver", () => {
  const schemas = new Map<unknown, string>();
  validate({
    checkpointerName: KEEPS_WHOLE_CHECKPOINTS,
    createCheckpointer: async () => {
      const { schema, opened } = await openPostgres((place) => PostgresSaver.open(place));
      schemas.set(opened, schema);
      return opened as unknown as Awaited<Saver>;
    },
    destroyCheckpointer: async (saver: unknown) => {
      await (saver as PostgresSaver).close();
      await dropSchema(schemas.get(saver) ?? "");
    },
  });
});

describe.each([
  ["SQLite", true],
  ["PostgreSQL", hasPostgres],
] as const)("our saver and store on %s", (database, canRun) => {
  const schemas: string[] = [];
  afterAll(() => Promise.all(schemas.map(dropSchema)));

  async function open() {
    if (database === "SQLite") {
      return { saver: SqliteSaver.fromFile(":memory:"), store: new SqliteStore({ file: ":memory:" }) };
    }
    const saver = await openPostgres((place) => PostgresSaver.open(place));
    const store = await openPostgres((place) => PostgresStore.open(place));
    schemas.push(saver.schema, store.schema);
    return { saver: saver.opened, store: store.opened };
  }

  it.skipIf(!canRun).each([
    ["ours", ours as unknown as typeof official],
    ["the official engine", official],
  ])("serve a graph alone on %s: memory across threads, a pause and its answer", async (_, engine) => {
    const { Annotation, Command, END, interrupt, START, StateGraph } = engine;
    const { saver, store } = await open();
    const State = Annotation.Root({
      notes: Annotation<string[]>({ reducer: (a, b) => a.concat(b), default: () => [] }),
    });
    const graph = new StateGraph(State)
      .addNode("remember", async (_, config) => {
        await config.store?.put(["notes", "mine"], "colour", { is: "blue" });
        return { notes: ["remembered"] };
      })
      .addNode("ask", async (_, config) => {
        const found = await config.store?.search(["notes"], { filter: { is: { $in: ["blue", "red"] } } });
        return { notes: [`${interrupt("well?")} ${found?.[0]?.value.is}`] };
      })
      .addEdge(START, "remember")
      .addEdge("remember", "ask")
      .addEdge("ask", END)
      .compile({ checkpointer: saver as never, store: store as never });
    const config = { configurable: { thread_id: randomUUID() } };
    await graph.invoke({ notes: [] }, config);
    expect((await graph.getState(config)).next).toEqual(["ask"]);
    expect(await graph.invoke(new Command({ resume: "yes" }), config)).toEqual({ notes: ["remembered", "yes blue"] });
    const steps: number[] = [];
    for await (const { metadata } of graph.getStateHistory(config)) steps.push(metadata?.step ?? Number.NaN);
    expect(steps).toEqual([2, 1, 0, -1]);
    await saver.close();
    await store.close();
  });
});
