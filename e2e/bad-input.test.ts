import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, HTTPError } from "@heddle/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "./testing/collect.ts";
import { CommandProcess } from "./testing/command-process.ts";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { rawRequest } from "./testing/raw-request.ts";
import { startServer, type TestServer } from "./testing/server.ts";
import { tempFolder } from "./testing/temp-folder.ts";
import { until } from "./testing/until.ts";

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer({ config: GRAPHS_CONFIG });
  client = new Client({ apiUrl: server.url });
});

afterAll(() => server?.[Symbol.asyncDispose]());

/** Status and body of a call that has to fail. */
async function failure(call: Promise<unknown>): Promise<{ status: number; body: unknown }> {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof HTTPError)) throw new Error("The call did not fail with an answer.", { cause: error });
  return { status: error.status, body: JSON.parse(error.text) };
}

async function newThread(): Promise<string> {
  return (await client.threads.create()).thread_id;
}

describe("what is not there is 404, and named", () => {
  const id = randomUUID();

  it.each<[string, () => Promise<unknown>]>([
    ["an assistant", () => client.assistants.get(id)],
    ["the graph of an assistant", () => client.assistants.getGraph(id)],
    ["an assistant to update", () => client.assistants.update(id, { name: "x" })],
    ["an assistant to delete", () => client.assistants.delete(id)],
    ["a thread", () => client.threads.get(id)],
    ["the state of a thread", () => client.threads.getState(id)],
    ["the history of a thread", () => client.threads.getHistory(id)],
    ["a thread to update", () => client.threads.update(id, { metadata: {} })],
    ["a thread to delete", () => client.threads.delete(id)],
    ["a thread to copy", () => client.threads.copy(id)],
    ["a thread to run on", () => client.runs.create(id, "counter", { input: {} })],
    ["a thread to wait on", () => client.runs.wait(id, "counter", { input: {} })],
    ["a thread to stream on", () => collect(client.runs.stream(id, "counter", { input: {} }))],
    ["the assistant of a run", async () => client.runs.create(await newThread(), id, { input: {} })],
    ["the assistant of a stream", () => collect(client.runs.stream(null, id, { input: {} }))],
    ["a run", async () => client.runs.get(await newThread(), id)],
    ["a run to cancel", async () => client.runs.cancel(await newThread(), id)],
    ["a run to join", async () => client.runs.join(await newThread(), id)],
    ["a run to join the stream of", async () => collect(client.runs.joinStream(await newThread(), id))],
    ["a run to delete", async () => client.runs.delete(await newThread(), id)],
  ])("%s", async (_, call) => {
    const { status, body } = await failure(call());
    expect({ status, body }).toEqual({
      status: 404,
      body: { code: "not_found", detail: expect.stringContaining(id), message: expect.stringContaining(id) },
    });
  });

  it("a graph, by its name", async () => {
    const { status, body } = await failure(client.runs.wait(null, "weaver", { input: {} }));
    expect({ status, body }).toMatchObject({ status: 404, body: { detail: expect.stringContaining('"weaver"') } });
    expect((await failure(client.assistants.create({ graphId: "weaver" }))).status).toBe(404);
  });

  it("a version of an assistant", async () => {
    const { assistant_id } = await client.assistants.create({ graphId: "counter" });
    expect((await failure(client.assistants.setLatest(assistant_id, 9))).status).toBe(404);
  });

  it("a path", async () => {
    expect((await rawRequest(server.url, "GET", "/nowhere")).status).toBe(404);
  });
});

describe("what does not fit is 422, with the path of the field", () => {
  async function post(path: string, body: unknown): Promise<unknown> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const { status, json } = await rawRequest(server.url, "POST", path, { body: text });
    const { issues } = (json ?? {}) as { issues?: { path: string }[] };
    return { status, paths: issues?.map((issue) => issue.path) };
  }

  it.each<[string, string, unknown, string]>([
    ["malformed JSON", "/threads", '{"metadata": ', ""],
    ["a list where an object has to be", "/threads", [], ""],
    ["a text where an object has to be", "/threads", { metadata: "x" }, "metadata"],
    ["a bad UUID", "/threads", { thread_id: "one" }, "thread_id"],
    ["a wrong word", "/threads", { if_exists: "maybe" }, "if_exists"],
    ["a run without an assistant", "/runs/wait", { input: {} }, "assistant_id"],
    [
      "an unknown stream mode",
      "/runs/stream",
      { assistant_id: "counter", stream_mode: ["values", "all"] },
      "stream_mode",
    ],
    ["a wrong strategy", "/runs", { assistant_id: "counter", multitask_strategy: "race" }, "multitask_strategy"],
    ["something inside the config", "/runs/wait", { assistant_id: "counter", config: { tags: [1] } }, "config.tags[0]"],
    ["an assistant without a graph", "/assistants", { name: "x" }, "graph_id"],
    ["a limit of nothing", "/threads/search", { limit: 0 }, "limit"],
    ["an unknown order", "/assistants/search", { sort_by: "beauty" }, "sort_by"],
    ["a run in a batch", "/runs/batch", [{ assistant_id: "counter" }, {}], "[1].assistant_id"],
    ["a namespace that is none", "/store/items/search", { namespace_prefix: "a" }, "namespace_prefix"],
  ])("%s", async (_, path, body, field) => {
    expect(await post(path, body)).toEqual({ status: 422, paths: [expect.stringContaining(field)] });
  });

  it.each(["/threads/one", "/threads/one/state", `/threads/${randomUUID()}/runs/one`, "/runs/one/stream"])(
    "the bad UUID in %s",
    async (path) => {
      const { status, json } = await rawRequest(server.url, "GET", path);
      expect({ status, json }).toMatchObject({
        status: 422,
        json: { issues: [{ path: expect.stringMatching(/_id$/) }] },
      });
    },
  );
});

describe("a node that throws", () => {
  it("ends the stream with an error, the run and the thread are in error, and the thread can be used again", async () => {
    const threadId = await newThread();
    const events = await collect(
      client.runs.stream(threadId, "moods", { input: { mood: "failing" }, streamMode: "values" }),
    );
    expect(events.at(-1)).toMatchObject({ event: "error", data: { error: "BadMoodError", message: "not today" } });
    const [run] = await client.runs.list(threadId);
    expect(run?.status).toBe("error");
    expect(await client.threads.get(threadId)).toMatchObject({ status: "error" });
    expect(await client.threads.getState(threadId)).toMatchObject({ next: ["act"], tasks: [{ name: "act" }] });

    expect(await client.runs.wait(threadId, "moods", { input: { mood: "fine" } })).toMatchObject({
      said: "I was fine",
    });
    expect(await client.threads.get(threadId)).toMatchObject({ status: "idle" });
  });

  it("is told to whoever joins afterwards", async () => {
    const threadId = await newThread();
    const { run_id } = await client.runs.create(threadId, "moods", { input: { mood: "failing" } });
    expect(await client.runs.join(threadId, run_id)).toEqual({
      __error__: { error: "BadMoodError", message: "not today" },
    });
  });
});

describe("a busy thread", () => {
  it("refuses a second run, naming both", async () => {
    await using folder = await tempFolder();
    const threadId = await newThread();
    const { run_id } = await client.runs.create(threadId, "moods", { input: { mood: "waiting", folder: folder.path } });
    const second = client.runs.create(threadId, "moods", { input: { mood: "fine" }, multitaskStrategy: "reject" });
    const { status, body } = await failure(second);
    expect({ status, body }).toMatchObject({ status: 409, body: { code: "thread_busy" } });
    expect((body as { detail: string }).detail).toContain(threadId);
    expect((body as { detail: string }).detail).toContain(run_id);
    await client.runs.cancel(threadId, run_id, true);
  });
});

describe("a client that goes away in mid-stream", () => {
  async function leaveInMidStream(onDisconnect: "cancel" | "continue", folder: string): Promise<[string, string]> {
    const threadId = await newThread();
    let runId = "";
    const stream = client.runs.stream(threadId, "moods", {
      input: { mood: "waiting", folder },
      onDisconnect,
      onRunCreated: (run) => {
        runId = run.run_id;
      },
    });
    for await (const { event } of stream) if (event === "metadata") break;
    return [threadId, runId];
  }

  it("takes its run with it when on_disconnect is cancel", async () => {
    await using folder = await tempFolder();
    const [threadId, runId] = await leaveInMidStream("cancel", folder.path);
    await until(
      "the run is interrupted",
      async () => (await client.runs.get(threadId, runId)).status === "interrupted",
    );
    await until("the thread is idle", async () => (await client.threads.get(threadId)).status !== "busy");
  });

  it("leaves its run behind when on_disconnect is continue", async () => {
    await using folder = await tempFolder();
    const [threadId, runId] = await leaveInMidStream("continue", folder.path);
    await writeFile(join(folder.path, "open"), "");
    expect(await client.runs.join(threadId, runId)).toMatchObject({ said: "I was waiting" });
    expect((await client.runs.get(threadId, runId)).status).toBe("success");
  });
});

describe("the command", () => {
  async function run(...args: string[]): Promise<{ exitCode: number | null; output: string }> {
    const command = new CommandProcess(args);
    return { exitCode: await command.exitCode(), output: command.output };
  }

  it("says in one line that the port is in use", async () => {
    await using folder = await tempFolder();
    const { port } = new URL(server.url);
    const place = ["--port", port, "--data-dir", folder.path];
    const { exitCode, output } = await run("serve", "--config", GRAPHS_CONFIG, ...place);
    expect(exitCode).toBe(1);
    expect(output.trim().split("\n")).toEqual([expect.stringMatching(new RegExp(`${port}.*in use`))]);
  });

  it("names a flag it does not know and the one that was meant", async () => {
    const { exitCode, output } = await run("serve", "--prot", "1");
    expect(exitCode).not.toBe(0);
    expect(output).toContain("--prot");
    expect(output).toContain("did you mean --port?");
  });

  it("names a command it does not know and the one that was meant", async () => {
    const { exitCode, output } = await run("serv");
    expect(exitCode).not.toBe(0);
    expect(output).toContain('did you mean "serve"?');
  });

  it("names a configuration file that is not there, or is not JSON", async () => {
    await using folder = await tempFolder();
    const file = join(folder.path, "langgraph.json");
    expect(await run("serve", "--config", file)).toMatchObject({ exitCode: 1, output: expect.stringContaining(file) });
    await writeFile(file, "{ graphs: }");
    expect(await run("serve", "--config", file)).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining("not JSON"),
    });
  });

  it("names a key of langgraph.json it does not know and the one that was meant", async () => {
    await using folder = await tempFolder();
    const config = join(folder.path, "langgraph.json");
    await writeFile(join(folder.path, "fine.ts"), FINE_GRAPH);
    await writeFile(config, JSON.stringify({ graphs: { fine: "./fine.ts:graph" }, grahps: {} }));
    await using warned = await startServer({ config });
    await until("the banner is printed", () => warned.output().includes("ready"));
    expect(warned.output()).toContain('"grahps"');
    expect(warned.output()).toContain('did you mean "graphs"?');
  });
});

const FINE_GRAPH = `
import { Annotation, START, StateGraph } from "@heddle/langgraph";
const State = Annotation.Root({ said: Annotation<string> });
export const graph = new StateGraph(State).addNode("say", () => ({ said: "fine" })).addEdge(START, "say").compile();
`;

describe("a graph that does not load", () => {
  const broken: Record<string, { file: string; source: string; says: string[] }> = {
    throwing: {
      file: "throwing.ts",
      source: "export const x: number = 1;\n\nthrow new Error('the yarn is out');\n",
      says: ["throwing.ts", "graph", "the yarn is out", "throwing.ts:3"],
    },
    unparsable: { file: "unparsable.ts", source: "export const graph = ;\n", says: ["unparsable.ts"] },
    nameless: { file: "nameless.ts", source: "export const other = 1;\n", says: ["nameless.ts", '"graph"'] },
    missing: { file: "", source: "", says: ["missing.ts"] },
  };

  it("is named with its export and the original error, and the others are served", async () => {
    await using folder = await tempFolder();
    await writeFile(join(folder.path, "fine.ts"), FINE_GRAPH);
    for (const { file, source } of Object.values(broken)) {
      if (file !== "") await writeFile(join(folder.path, file), source);
    }
    const graphs = Object.fromEntries(Object.keys(broken).map((name) => [name, `./${name}.ts:graph`]));
    const config = join(folder.path, "langgraph.json");
    await writeFile(config, JSON.stringify({ graphs: { ...graphs, fine: "./fine.ts:graph" } }));

    await using partly = await startServer({ config, command: "dev", args: ["--no-reload"] });
    await until("the banner is printed", () => partly.output().includes("ready"));

    for (const { says } of Object.values(broken)) {
      for (const words of says) expect(partly.output()).toContain(words);
    }
    const served = new Client({ apiUrl: partly.url });
    expect(await served.runs.wait(null, "fine", { input: {} })).toEqual({ said: "fine" });
    const { status, body } = await failure(served.runs.wait(null, "throwing", { input: {} }));
    expect(status).toBeGreaterThanOrEqual(400);
    expect((body as { detail: string }).detail).toContain("the yarn is out");
  });
});
