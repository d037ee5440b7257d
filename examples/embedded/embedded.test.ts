import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type EmbeddedServer } from "@heddle/cli";
import { Client } from "@heddle/sdk";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { expressApp } from "./express-app.ts";
import { graph } from "./graph.ts";
import { honoApp } from "./hono-app.ts";
import { nextRoute } from "./next-route.ts";

let folder: string;
let agents: EmbeddedServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "heddle-embedded-"));
  agents = await createServer({
    graphs: { greeter: graph },
    database: `sqlite:${join(folder, "agents.db")}`,
    http: { mount_prefix: "/agents" },
  });
});

afterAll(async () => {
  await agents?.close();
  rmSync(folder, { recursive: true });
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.each([
  ["Hono", () => createHttpServer(getRequestListener(honoApp(agents).fetch))],
  ["Express", () => createHttpServer(expressApp(agents))],
])("inside of %s", (_, open) => {
  test("the client finds its agents below the prefix, and the app answers the rest", async () => {
    const server = open();
    const url = await listening(server);
    const client = new Client({ apiUrl: `${url}/agents` });
    const { thread_id } = await client.threads.create();
    const events: string[] = [];
    for await (const { event } of client.runs.stream(thread_id, "greeter", { input: { name: "Ann" } }))
      events.push(event);
    expect(events).toEqual(["metadata", "values", "values"]);
    expect((await client.threads.getState(thread_id)).values).toEqual({ name: "Ann", greeting: "Hello, Ann!" });
    expect(await (await fetch(url)).text()).toBe("the app itself");
    server.close();
    server.closeAllConnections();
  });
});

test("inside of Next.js the exported handlers answer", async () => {
  const { POST } = nextRoute(agents);
  const body = JSON.stringify({ assistant_id: "greeter", input: { name: "Bob" } });
  const response = await POST(new Request("http://app.example/agents/runs/wait", { method: "POST", body }));
  expect(await response.json()).toEqual({ name: "Bob", greeting: "Hello, Bob!" });
});

test("headers of webhooks may name the app's variables", async () => {
  vi.stubEnv("LG_WEBHOOK_TOKEN", "secret");
  const variable = `$${"{{"} env.LG_WEBHOOK_TOKEN }}`;
  const webhooks = { headers: { authorization: `Bearer ${variable}` } };
  const other = await createServer({ graphs: {}, database: `sqlite:${join(folder, "webhooks.db")}`, webhooks });
  await other.close();
  vi.unstubAllEnvs();
});

test("what is wrong with the options is said when the server is created", async () => {
  const database = `sqlite:${join(folder, "other.db")}`;
  await expect(createServer({ graphs: {}, database, http: { mount_prefx: "/a" } })).rejects.toThrow(
    'unknown key "http.mount_prefx" has no effect; did you mean "mount_prefix"?',
  );
  await expect(createServer({ graphs: { wrong: 1 }, database })).rejects.toThrow('Graph "wrong" was not loaded');
});
