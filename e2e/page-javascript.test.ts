import { Client as HeddleClient } from "@heddle/sdk";
import { Client as OfficialClient } from "@langchain/langgraph-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "./testing/collect.ts";
import { OpenAIEndpoint } from "./testing/openai-endpoint.ts";
import { copyOfTab, pageTab } from "./testing/page-tab.ts";
import { EXAMPLE_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";

const AsyncFunction = (async () => {}).constructor as new (
  ...parametersAndCode: string[]
) => (...args: unknown[]) => Promise<void>;

const ANSWER = ["I was ", "created by ", "OpenAI."];

/** The keys of a message that the page shows, but for `example`, which JavaScript's messages never had. */
const KEYS_ON_THE_PAGE = [
  "content",
  "additional_kwargs",
  "response_metadata",
  "type",
  "name",
  "id",
  "tool_calls",
  "invalid_tool_calls",
  "usage_metadata",
];

/** The code on the page as it stands; what it takes for given comes in as parameters. */
const runPage = new AsyncFunction("client", "openAIAssistant", "console", pageTab("javascript"));

let endpoint: OpenAIEndpoint;
let server: TestServer;

beforeAll(async () => {
  endpoint = await OpenAIEndpoint.start(({ messages }) => {
    const question = String(messages.at(-1)?.content);
    if (!question.includes("12 * 7")) return { tokens: ANSWER };
    return { toolCall: { name: "calculator", arguments: '{"expression":"12 * 7"}' } };
  });
  const env = { OPENAI_API_KEY: "sk-e2e", OPENAI_BASE_URL: endpoint.url, OPENAI_MODEL: "gpt-e2e" };
  server = await startServer({ config: EXAMPLE_CONFIG, env });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await endpoint?.[Symbol.asyncDispose]();
});

/** One client by the types of the other; what the page calls is the same. */
const clients: [string, () => OfficialClient][] = [
  ["the official SDK", () => new OfficialClient({ apiUrl: server.url })],
  ["our SDK", () => new HeddleClient({ apiUrl: server.url }) as unknown as OfficialClient],
];

it("our copy of the code is the code on the page", () => {
  expect(copyOfTab("javascript").trim()).toBe(pageTab("javascript").trim());
});

describe.each(clients)("the page's JavaScript with %s", (_, connect) => {
  async function createOpenAIAssistant(client: OfficialClient): ReturnType<OfficialClient["assistants"]["create"]> {
    return client.assistants.create({
      graphId: "agent",
      config: { configurable: { model_name: "openai" } },
      name: "Open AI Assistant",
    });
  }

  it("receives metadata, then the updates of the node", async () => {
    const client = connect();
    const openAIAssistant = await createOpenAIAssistant(client);
    const printed: unknown[] = [];

    await runPage(client, openAIAssistant, { log: (line: unknown) => printed.push(line) });

    expect(printed).toEqual([
      "Receiving event of type: metadata",
      expect.objectContaining({ run_id: expect.stringMatching(/^[0-9a-f-]{36}$/) }),
      "\n\n",
      "Receiving event of type: updates",
      { agent: { messages: [expect.anything()] } },
      "\n\n",
    ]);
    const message = (printed[4] as { agent: { messages: [object] } }).agent.messages[0];
    expect(Object.keys(message)).toEqual(expect.arrayContaining(KEYS_ON_THE_PAGE));
    expect(message).toMatchObject({
      type: "ai",
      content: ANSWER.join(""),
      response_metadata: { finish_reason: "stop", model_name: "gpt-e2e", system_fingerprint: "fp_157b3831f5" },
      tool_calls: [],
      invalid_tool_calls: [],
      usage_metadata: { input_tokens: 11, output_tokens: 7, total_tokens: 18 },
    });
  });

  it("leaves an assistant that keeps its name and its configuration", async () => {
    const created = await createOpenAIAssistant(connect());
    expect(created).toMatchObject({
      graph_id: "agent",
      name: "Open AI Assistant",
      version: 1,
      config: { configurable: { model_name: "openai" } },
    });
    expect(await connect().assistants.get(created.assistant_id)).toEqual(created);
  });

  it("keeps the conversation on the thread", async () => {
    const client = connect();
    const { assistant_id } = await createOpenAIAssistant(client);
    const { thread_id } = await client.threads.create();
    const ask = (content: string): Promise<unknown> =>
      client.runs.wait(thread_id, assistant_id, { input: { messages: [{ role: "user", content }] } });
    await ask("who made you?");
    await ask("really?");
    const state = await client.threads.getState<{ messages: { type: string; content: string }[] }>(thread_id);
    const spoken = state.values.messages.map(({ type, content }) => [type, content]);
    expect(spoken).toEqual([
      ["human", "who made you?"],
      ["ai", ANSWER.join("")],
      ["human", "really?"],
      ["ai", ANSWER.join("")],
    ]);
    expect(endpoint.requests.at(-1)).toMatchObject({ model: "gpt-e2e", authorization: "Bearer sk-e2e" });
    expect(endpoint.requests.at(-1)?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  });

  it("streams the tokens as the provider sends them", async () => {
    const client = connect();
    const { assistant_id } = await createOpenAIAssistant(client);
    const input = { messages: [{ role: "user", content: "who made you?" }] };
    const events = await collect(client.runs.stream(null, assistant_id, { input, streamMode: "messages-tuple" }));
    const chunks = events.filter(({ event }) => event === "messages").map(({ data }) => data as unknown[]);
    const tokens = chunks.map(([chunk]) => (chunk as { content: string }).content).filter((content) => content !== "");
    expect(tokens).toEqual(ANSWER);
    expect(chunks[0]?.[1]).toMatchObject({ langgraph_node: "agent" });
    expect(endpoint.requests.at(-1)?.stream).toBe(true);
  });

  it("lets the model call a tool", async () => {
    const client = connect();
    const { assistant_id } = await createOpenAIAssistant(client);
    const input = { messages: [{ role: "user", content: "what is 12 * 7?" }] };
    const events = await collect(client.runs.stream(null, assistant_id, { input, streamMode: "updates" }));
    expect(events.map(({ data }) => Object.keys(data as object)[0])).toEqual(["run_id", "agent", "tools", "agent"]);
    expect(events[2]?.data).toMatchObject({
      tools: { messages: [{ type: "tool", name: "calculator", content: "84" }] },
    });
  });
});

describe("without a configuration or a key", () => {
  it("the offline model answers, streams and calls the calculator", async () => {
    await using offline = await startServer({ config: EXAMPLE_CONFIG });
    const client = new HeddleClient({ apiUrl: offline.url });
    const input = { messages: [{ role: "user", content: "what is 12 * 7?" }] };
    const events = await collect(
      client.runs.stream(null, "agent", { input, streamMode: ["updates", "messages-tuple"] }),
    );
    const updates = events.filter(({ event }) => event === "updates").map(({ data }) => data);
    expect(updates).toMatchObject([
      { agent: { messages: [{ tool_calls: [{ name: "calculator", args: { expression: "12 * 7" } }] }] } },
      { tools: { messages: [{ content: "84" }] } },
      { agent: { messages: [{ content: "12 * 7 = 84", name: "agent" }] } },
    ]);
    expect(events.filter(({ event }) => event === "messages").length).toBeGreaterThan(5);
  });

  it("a model that needs a key says which variable to set", async () => {
    await using offline = await startServer({ config: EXAMPLE_CONFIG });
    const client = new HeddleClient({ apiUrl: offline.url });
    const config = { configurable: { model_name: "openai" } };
    const input = { messages: [{ role: "user", content: "hello" }] };
    await expect(client.runs.wait(null, "agent", { input, config })).rejects.toThrow("set OPENAI_API_KEY");
  });
});
