import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { failureOf, newGate, useServer } from "../testing/bench.ts";
import { until } from "../testing/until.ts";

const bench = useServer({
  env: { LANGGRAPH_CONFIG: JSON.stringify({ settings: { configurable: { model: "env" }, context: { tone: "env" } } }) },
});
const assistants = () => bench.client.assistants;
const create = (more: object = {}) => assistants().create({ graphId: "agent", ...more });

describe("assistants", () => {
  test("#1 an assistant is made, read, changed and deleted; then it is not found", async () => {
    const { assistant_id } = await create({ config: { configurable: { model: "a" } } });
    expect((await assistants().get(assistant_id)).config.configurable).toEqual({ model: "a" });
    await assistants().update(assistant_id, { config: { configurable: { model: "b" } } });
    expect((await assistants().get(assistant_id)).config.configurable).toEqual({ model: "b" });
    await assistants().delete(assistant_id);
    const failure = await failureOf(assistants().get(assistant_id));
    expect(failure).toMatchObject({ status: 404, message: expect.stringContaining("Assistant not found") });
  });

  test("#2 name and description are kept, and metadata is merged", async () => {
    const { assistant_id } = await create({ name: "One", description: "first", metadata: { a: 1, b: 1 } });
    const patch = { name: "Two", description: "second", metadata: { b: 2, c: 3 } };
    const changed = await assistants().update(assistant_id, patch);
    expect(changed).toMatchObject({ name: "Two", description: "second", metadata: { a: 1, b: 2, c: 3 } });
    expect(await assistants().get(assistant_id)).toEqual(changed);
  });

  test("#3 an id that is taken is refused, unless the existing assistant is asked for, which stays as it was", async () => {
    const assistantId = randomUUID();
    const first = await create({ assistantId, name: "first" });
    expect((await failureOf(create({ assistantId }))).status).toBe(409);
    expect(await create({ assistantId, name: "second", ifExists: "do_nothing" })).toEqual(first);
  });

  test("#4 assistants with the same graph and config are two", async () => {
    const [one, two] = [await create({ config: { tags: ["same"] } }), await create({ config: { tags: ["same"] } })];
    expect(one.assistant_id).not.toBe(two.assistant_id);
  });

  test("#5 a run for an unknown assistant says that there is none, for wait and stream alike", async () => {
    for (const path of ["wait", "stream"]) {
      const answer = await bench.send("POST", `/runs/${path}`, { assistant_id: "nobody" });
      expect(answer).toMatchObject({ status: 404, json: { detail: expect.stringMatching(/No assistant found for/) } });
    }
  });

  test("#6 every graph has an assistant of the system from the start, with an id that follows from the graph's", async () => {
    const found = await assistants().search({ metadata: { created_by: "system" }, graphId: "agent" });
    expect(found).toMatchObject([{ name: "agent", graph_id: "agent", metadata: { created_by: "system" } }]);
    expect(found[0]?.assistant_id).toBe("fe096781-5601-53d2-b2f6-0d3403f7e9ca");
  });

  test("#7 search finds by graph, by metadata, and by any part of the name in any case", async () => {
    const tag = randomUUID();
    const { assistant_id } = await create({ graphId: "settings", name: "Simple_Runtime", metadata: { tag } });
    for (const name of ["SIMPLE_", "_runtime", "PLE_run"]) {
      const found = await assistants().search({ name, metadata: { tag }, graphId: "settings" });
      expect(found.map((assistant) => assistant.assistant_id)).toEqual([assistant_id]);
    }
    expect(await assistants().search({ name: "simple%runtime", metadata: { tag } })).toEqual([]);
  });

  test("#8 count is a bare number under the same filters", async () => {
    const metadata = { tag: randomUUID() };
    await create({ metadata });
    await create({ metadata });
    expect((await bench.send("POST", "/assistants/count", { metadata })).text).toBe("2");
    expect(await assistants().count({ metadata, graphId: "asks" })).toBe(0);
  });

  test("#9 creation writes version 1, and each change exactly one more, even an empty one", async () => {
    const { assistant_id, version } = await create();
    expect(version).toBe(1);
    expect((await assistants().update(assistant_id, {})).version).toBe(2);
    expect((await assistants().update(assistant_id, { name: "x" })).version).toBe(3);
    expect(await assistants().getVersions(assistant_id)).toHaveLength(3);
  });

  test("#10 versions come newest first, in pages and by metadata; after deletion there are none", async () => {
    const { assistant_id } = await create({ metadata: { round: 1 } });
    await assistants().update(assistant_id, { metadata: { round: 2 } });
    await assistants().update(assistant_id, { metadata: { round: 3 } });
    const versions = async (query: object) =>
      (await assistants().getVersions(assistant_id, query)).map(({ version }) => version);
    expect(await versions({})).toEqual([3, 2, 1]);
    expect(await versions({ limit: 1, offset: 1 })).toEqual([2]);
    expect(await versions({ metadata: { round: 2 } })).toEqual([2]);
    expect(await versions({ offset: 7 })).toEqual([]);
    await assistants().delete(assistant_id);
    expect((await failureOf(versions({}))).status).toBe(404);
  });

  test("#11 a number of a version is never used again, also after going back to an older one", async () => {
    const { assistant_id } = await create({ name: "One", description: "1", context: { a: 1 } });
    await assistants().update(assistant_id, { name: "Two", description: "2", context: { a: 2 } });
    const back = await assistants().setLatest(assistant_id, 1);
    expect(back).toMatchObject({ version: 1, name: "One", description: "1", context: { a: 1 } });
    expect((await assistants().update(assistant_id, {})).version).toBe(3);
  });

  test("#12 a version that is not there cannot become the latest", async () => {
    const { assistant_id } = await create();
    expect((await failureOf(assistants().setLatest(assistant_id, 4))).status).toBe(404);
  });

  test("#13 delete_threads takes the threads of the assistant along, and no others", async () => {
    const { assistant_id } = await create();
    const [its, other] = [await bench.thread(), await bench.thread()];
    await bench.wait(its, assistant_id, { input: { messages: [] } });
    await bench.wait(other, "agent", { input: { messages: [] } });
    await assistants().delete(assistant_id, { deleteThreads: true });
    const failure = await failureOf(bench.client.threads.get(its));
    expect(failure).toMatchObject({ status: 404, message: expect.stringContaining(`Thread with ID ${its} not found`) });
    expect((await bench.client.threads.get(other)).thread_id).toBe(other);
  });

  test("#14 schemas are those of state, input, output, context and config, the last two the same", async () => {
    const schemas = await assistants().getSchemas("settings");
    expect(Object.keys(schemas).sort()).toEqual(
      ["config_schema", "context_schema", "graph_id", "input_schema", "output_schema", "state_schema"].sort(),
    );
    expect(schemas.config_schema).toEqual(schemas.context_schema);
    expect(schemas.context_schema).toMatchObject({ properties: { tone: { type: "string" } } });
  });

  test("#15 schemas are found for states of annotations, of zod, and where input and output differ", async () => {
    const propertiesOf = (schema: unknown) => Object.keys((schema as { properties: object }).properties).sort();
    expect(propertiesOf((await assistants().getSchemas("asks")).state_schema)).toEqual(["log", "topic"]);
    expect(propertiesOf((await assistants().getSchemas("zod")).state_schema)).toEqual(["count", "text"]);
    expect(propertiesOf((await assistants().getSchemas("mixed")).state_schema)).toEqual(["secret", "text"]);
  });

  test("#16 LANGGRAPH_CONFIG configures the system's assistant; changing one context changes no other", async () => {
    const input = { input: {} };
    expect((await bench.wait(null, "settings", input)).seen).toMatchObject({
      configurable: { model: "env" },
      context: { tone: "env" },
    });
    const { assistant_id } = await create({ graphId: "settings", context: { tone: "own" } });
    await assistants().update(assistant_id, { context: { tone: "new" } });
    expect((await bench.wait(null, assistant_id, input)).seen.context).toEqual({ tone: "new" });
    expect((await bench.wait(null, "settings", input)).seen.context).toEqual({ tone: "env" });
  });

  test("#17 the drawing has nodes and edges; xray opens subgraphs, as deep as it says", async () => {
    const nodes = async (xray?: boolean | number) =>
      (await assistants().getGraph("deep", xray === undefined ? {} : { xray })).nodes.map(({ id }) => String(id));
    expect(await nodes()).toEqual(["__start__", "child", "__end__"]);
    expect(await nodes(1)).toContain("child:grandchild");
    expect(await nodes(1)).not.toContain("child:grandchild:agent");
    expect(await nodes(true)).toContain("child:grandchild:agent");
    expect(await nodes(false)).toEqual(await nodes());
    expect((await bench.send("GET", "/assistants/deep/graph?xray=deep")).status).toBe(422);
  });

  test("#18 subgraphs are listed by name with their schemas; recursively, and by namespace", async () => {
    const keys = async (options?: object) => Object.keys(await assistants().getSubgraphs("deep", options));
    expect(await keys()).toEqual(["child"]);
    expect(await keys({ recurse: true })).toEqual(["child", "child|grandchild"]);
    expect(await keys({ namespace: "child" })).toEqual(["child"]);
    expect(await keys({ namespace: "nobody" })).toEqual([]);
    const { child } = await assistants().getSubgraphs("nested");
    expect(child).toHaveProperty("state_schema.properties.note");
  });

  test("#19 filters, pages and sorting of a search hold all together", async () => {
    const metadata = { tag: randomUUID() };
    for (const name of ["b-one", "a-one", "c-two", "d-one"]) await create({ name, metadata });
    const query = { metadata, name: "-ONE", sortBy: "name", sortOrder: "asc", select: ["name"] } as const;
    const search = (more: object) => assistants().search({ ...query, ...more } as never);
    expect(await search({ limit: 2 })).toEqual([{ name: "a-one" }, { name: "b-one" }]);
    expect(await search({ limit: 2, offset: 2 })).toEqual([{ name: "d-one" }]);
  });

  test("#20 an assistant with a running run can be deleted, and its runs go along", async () => {
    await using gate = await newGate();
    const { assistant_id } = await create({ graphId: "conversation" });
    const threadId = await bench.thread();
    const run = await bench.create(threadId, assistant_id, { input: { waits: true, folder: gate.folder } });
    await bench.status(threadId, run.run_id, "running");
    await assistants().delete(assistant_id);
    expect((await bench.send("GET", `/threads/${threadId}/runs/${run.run_id}`)).status).toBe(404);
    await bench.threadStatus(threadId, "idle");
  });

  test("#21 a search tells where the next page begins; the last one does not", async () => {
    const metadata = { tag: randomUUID() };
    for (const name of ["a", "b", "c"]) await create({ name, metadata });
    const page = (offset: number) =>
      assistants().search({ metadata, limit: 2, offset, includePagination: true } as never) as Promise<unknown>;
    expect(await page(0)).toMatchObject({ next: "2" });
    expect(await page(2)).toMatchObject({ next: null });
    const { headers } = await bench.send("POST", "/assistants/search", { metadata, limit: 2 });
    expect(headers).toMatchObject({ "x-pagination-total": "3", "x-pagination-next": "2" });
  });

  test("#22 an unknown word for if_exists is refused", async () => {
    const answer = await bench.send("POST", "/assistants", { graph_id: "agent", if_exists: "shrug" });
    expect(answer).toMatchObject({ status: 422, json: { issues: [{ path: "if_exists" }] } });
  });

  test("#23 a factory of graphs is given the merged configuration of run and assistant, and for edits the thread's", async () => {
    const { assistant_id } = await create({ graphId: "factory", config: { configurable: { node: "mine" } } });
    const threadId = await bench.thread();
    const run = { input: {}, config: { configurable: { node: "runs" } } };
    expect((await bench.wait(threadId, assistant_id, run)).seen.name).toBe("runs");
    expect((await bench.wait(null, assistant_id, { input: {} })).seen.name).toBe("mine");
    await bench.ask("POST", `/threads/${threadId}/state`, { values: { seen: "edited" }, as_node: "runs" });
    expect((await bench.ask("GET", `/threads/${threadId}/state`)).values.seen).toBe("edited");
  });

  test("#24 a factory is called anew at each access, so that nobody is given another one's graph", async () => {
    const made = async () => (await bench.wait(null, "factory", { input: {} })).seen.made as number;
    const first = await made();
    await until("the factory was called again", async () => (await made()) > first);
  });
});
