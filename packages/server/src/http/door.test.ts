import { openSqliteBackend } from "@heddle/backend-sqlite";
import { pino } from "pino";
import { expect, test } from "vitest";
import { newTools } from "../../testing/new-tools.ts";
import { httpConfig } from "../config/http-config.ts";
import { createDoor } from "./door.ts";

async function open(level = "silent") {
  const backend = await openSqliteBackend({ file: ":memory:" });
  const http = httpConfig.parse({ max_body_bytes: 100 });
  const logged: string[] = [];
  const logger = pino({ level }, { write: (line: string) => logged.push(line) });
  const door = createDoor(newTools(backend, { logger }), { version: "0", http, custom: undefined, auth: undefined });
  const ask = (path: string, init: RequestInit & { duplex?: "half" } = {}) =>
    door(new Request(`http://localhost${path}`, init));
  return { ask, logged, [Symbol.asyncDispose]: () => backend.close() };
}

const search = (body: RequestInit["body"], headers: Record<string, string> = {}) =>
  ({ method: "POST", body: body ?? null, headers, duplex: "half" }) as const;

test("only whoever names an origin is told which may read the answer", async () => {
  await using door = await open();
  expect((await door.ask("/ok")).headers.get("access-control-allow-origin")).toBeNull();
  const foreign = await door.ask("/ok", { headers: { origin: "https://elsewhere.test" } });
  expect([foreign.status, foreign.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
});

test.each([
  ["says that it is short", "{}", { "content-length": "2" }, 200],
  ["says that it is too long", "x".repeat(101), { "content-length": "101" }, 413],
  ["does not say, and is short", new Blob(["{}"]).stream(), {}, 200],
  ["does not say, and is too long", new Blob(["x".repeat(101)]).stream(), {}, 413],
])("a body that %s", async (_what, body, headers: Record<string, string>, status) => {
  await using door = await open();
  expect((await door.ask("/threads/search", search(body, headers))).status).toBe(status);
});

test("where requests are logged, each is", async () => {
  await using door = await open("info");
  await door.ask("/ok");
  await door.ask("/nowhere", { headers: { origin: "https://elsewhere.test" } });
  expect(door.logged.map((line) => JSON.parse(line))).toMatchObject([
    { path: "/ok", status: 200 },
    { path: "/nowhere", status: 404 },
  ]);
});
