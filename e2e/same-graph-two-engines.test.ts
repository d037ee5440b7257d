import { Client } from "@langchain/langgraph-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "./testing/collect.ts";
import { normalise } from "./testing/normalise.ts";
import { TWO_ENGINES_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";

type StreamMode = "values" | "updates" | "messages-tuple" | "custom" | "tasks" | "checkpoints" | "debug";

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer({ config: TWO_ENGINES_CONFIG });
  client = new Client({ apiUrl: server.url });
});

afterAll(() => server?.[Symbol.asyncDispose]());

interface Told {
  /** Until the graph asks, and after the answer. */
  asked: unknown;
  answered: unknown;
}

/** The story as one engine tells it: all events of both runs, without what differs by chance or by name. */
async function tell(graphId: string, streamMode: StreamMode[], streamSubgraphs: boolean): Promise<Told> {
  const { thread_id } = await client.threads.create();
  const run = async (payload: object): Promise<unknown[]> => {
    const events = await collect(client.runs.stream(thread_id, graphId, { ...payload, streamMode, streamSubgraphs }));
    return events.map(({ event, data }) => ({ event, data: anonymous(data, graphId) }));
  };
  const asked = await run({ input: { topic: "looms" } });
  const answered = await run({ command: { resume: "yes" } });
  return normalise({ asked, answered }) as Told;
}

/** The graph's name and the default assistant of it are all in which the two are meant to differ. */
function anonymous(data: unknown, graphId: string): unknown {
  return JSON.parse(JSON.stringify(data).replaceAll(graphId, "story"));
}

describe("a graph built on the official engine and on ours", () => {
  it.each<[StreamMode[], boolean]>([
    [["values"], false],
    [["updates"], false],
    [["updates"], true],
    [["messages-tuple"], false],
    [["messages-tuple"], true],
    [["custom"], true],
    [["values", "updates", "custom"], true],
  ])("tells the same story in %j with subgraphs %s", async (streamMode, subgraphs) => {
    const official = await tell("official-story", streamMode, subgraphs);
    const heddle = await tell("heddle-story", streamMode, subgraphs);
    expect(heddle).toEqual(official);
  });

  it("tells a story at all", async () => {
    const { asked, answered } = await tell("heddle-story", ["updates"], false);
    const names = (events: unknown): unknown[] =>
      (events as { data: object }[]).map(({ data }) => Object.keys(data).find((key) => key !== "attempt"));
    expect(names(asked)).toEqual(["run_id", "plan", "chapter", "review", "review", "__interrupt__"]);
    expect(names(answered)).toEqual(["run_id", "ask", "decide", "publish"]);
  });

  it("leaves the same state and history, paused and at the end", async () => {
    const leave = async (graphId: string): Promise<unknown> => {
      const { thread_id } = await client.threads.create();
      await client.runs.wait(thread_id, graphId, { input: { topic: "looms" } });
      const paused = await client.threads.getState(thread_id, undefined, { subgraphs: true });
      const { status } = await client.threads.get(thread_id);
      await client.runs.wait(thread_id, graphId, { command: { resume: "yes" } });
      const history = await client.threads.getHistory(thread_id, { limit: 100 });
      return normalise(anonymous({ paused, status, history }, graphId));
    };
    expect(await leave("heddle-story")).toEqual(await leave("official-story"));
  });

  it("draws the same graph and has the same schemas", async () => {
    for (const look of ["getGraph", "getSchemas"] as const) {
      const [official, heddle] = await Promise.all(
        ["official-story", "heddle-story"].map(async (graphId) =>
          anonymous(normalise(await client.assistants[look](graphId)), graphId),
        ),
      );
      expect(heddle).toEqual(official);
    }
  });
});
