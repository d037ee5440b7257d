import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@heddle/sdk";
import { expect, onTestFailed, test } from "vitest";
import { GRAPHS_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";
import { tempFolder } from "./testing/temp-folder.ts";
import { until } from "./testing/until.ts";

const GRAPH = `
import { Annotation, END, START, StateGraph } from "@heddle/langgraph";
import { word } from "./word.ts";

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
});

export const graph = new StateGraph(State)
  .addNode("say", () => ({ log: [word] }))
  .addEdge(START, "say")
  .addEdge("say", END)
  .compile();
`;

async function project(folder: string) {
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write("graph.ts", GRAPH);
  await write("word.ts", 'export const word: string = "first";');
  await write("other.ts", GRAPH.replaceAll("word", '"other"').replace(/import { "other".*\n/, ""));
  await write("langgraph.json", '{"graphs":{"words":"./graph.ts:graph","other":"./other.ts:graph"}}');
  return { write, config: join(folder, "langgraph.json") };
}

/** The server after a restart: its thread is still there, and a run on it says this. */
function untilSays(server: TestServer, threadId: string, word: string): Promise<unknown> {
  return until(`the graph says ${word}`, async () => {
    try {
      const client = new Client({ apiUrl: server.url, callerOptions: { maxRetries: 0 } });
      const { log } = (await client.runs.wait(threadId, "words", { input: { log: [] } })) as { log: string[] };
      return log.at(-1) === word && log;
    } catch {
      return false; // between two servers
    }
  });
}

test("dev starts anew when a file changes that a graph imports, and threads stay", async () => {
  await using folder = await tempFolder();
  const { write, config } = await project(folder.path);
  await using server = await startServer({ config, command: "dev" });
  onTestFailed(() => console.error(server.output()));
  const client = new Client({ apiUrl: server.url });
  const { thread_id } = await client.threads.create();
  expect(await client.runs.wait(thread_id, "words", { input: { log: [] } })).toEqual({ log: ["first"] });

  await write("word.ts", 'export const word: string = "second";');
  const log = (await untilSays(server, thread_id, "second")) as string[];
  expect(log[0]).toBe("first");
  expect(server.output()).toContain("word.ts changed");
});

test("a graph that breaks while dev runs is reported with its line, the others are served, and mending it helps", async () => {
  await using folder = await tempFolder();
  const { write, config } = await project(folder.path);
  await using server = await startServer({ config, command: "dev" });
  onTestFailed(() => console.error(server.output()));
  const client = new Client({ apiUrl: server.url, callerOptions: { maxRetries: 0 } });
  const { thread_id } = await client.threads.create();

  await write("graph.ts", `${GRAPH}\nthrow new Error("broken on purpose");\n`);
  await until("the failure is reported", () =>
    /FAILED.*"words".*broken on purpose.*graph\.ts:\d+/s.test(server.output()),
  );
  await until("the other graph is served", async () => {
    const answer = await client.runs.wait(null, "other", { input: { log: [] } }).catch(() => undefined);
    return JSON.stringify(answer) === '{"log":["other"]}';
  });
  await expect(client.runs.wait(thread_id, "words", { input: { log: [] } })).rejects.toThrow(/broken on purpose/);

  await write("graph.ts", GRAPH);
  await untilSays(server, thread_id, "first");
});

test("serve stops on SIGTERM with exit code 0 and hands a run back, which the next start ends", async () => {
  await using folder = await tempFolder();
  await using server = await startServer({ config: GRAPHS_CONFIG });
  onTestFailed(() => console.error(server.output()));
  const client = new Client({ apiUrl: server.url });
  const { thread_id } = await client.threads.create();
  const run = await client.runs.create(thread_id, "steps", { input: { folder: folder.path } });
  await until(
    "step three has begun",
    () => existsSync(join(folder.path, "effects")) && isInStepThree(client, thread_id),
  );

  const stopped = server.stop();
  await writeFile(join(folder.path, "open"), "");
  expect(await stopped).toBe(0);
  await server.start();
  await until("the run has ended", async () => (await client.runs.get(thread_id, run.run_id)).status === "success");
  expect((await client.threads.getState<{ done: string[] }>(thread_id)).values.done).toEqual([
    "one",
    "two",
    "three",
    "four",
  ]);
  expect((await client.threads.get(thread_id)).status).toBe("idle");
});

async function isInStepThree(client: Client, threadId: string): Promise<boolean> {
  return (await client.threads.getState(threadId)).next[0] === "three";
}
