import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readLanggraphJson } from "./langgraph-json.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function write(text: string, env?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "heddle-config-"));
  folders.push(folder);
  if (env !== undefined) writeFileSync(join(folder, ".env"), env);
  const file = join(folder, "langgraph.json");
  writeFileSync(file, text);
  return file;
}

test("graphs are given by a path or by an object with a description", () => {
  const config = readLanggraphJson(
    write('{"graphs":{"a":"./a.ts:graph","b":{"path":"./b.ts:make","description":"B"}}}'),
  );
  expect(config.graphs).toEqual([
    { graphId: "a", from: "./a.ts:graph" },
    { graphId: "b", from: "./b.ts:make", description: "B" },
  ]);
  expect(config.usedKeys).toEqual(["graphs"]);
});

test("env is a file beside the configuration, or a map", () => {
  expect(readLanggraphJson(write('{"graphs":{},"env":".env"}', 'KEY="a b"\n# no\n')).env).toEqual({ KEY: "a b" });
  expect(readLanggraphJson(write('{"graphs":{},"env":{"N":1}}')).env).toEqual({ N: "1" });
});

test("an unknown key is named with the one that was meant, one of the official tools' without effect is named as such", () => {
  const { warnings } = readLanggraphJson(
    write('{"graphs":{},"grahps":{},"encryption":{},"node_version":"20","http":{"corse":{}}}'),
  );
  expect(warnings.map(({ message }) => message)).toEqual([
    'unknown key "grahps" has no effect; did you mean "graphs"?',
    '"encryption" has no effect: this server does not support it yet',
    'unknown key "http.corse" has no effect; did you mean "cors"?',
  ]);
});

test.each([
  ["{oops", /langgraph\.json is not JSON/],
  ["[]", /has to hold a JSON object/],
  ['{"graphs":{"a":1}}', /not a valid configuration: graphs\.a/],
  ['{"graphs":{},"env":"missing.env"}', /The env file .*missing\.env cannot be read/],
])("%s is refused with its reason", (text, message) => {
  expect(() => readLanggraphJson(write(text))).toThrow(message);
});

test("a missing file is named", () => {
  expect(() => readLanggraphJson("/nowhere/langgraph.json")).toThrow(
    "There is no configuration file /nowhere/langgraph.json",
  );
});

test("checkpointer.ttl says how long threads live, crons.missed_fires what becomes of missed times", () => {
  const ttl = { default_ttl: 60, strategy: "keep_latest", sweep_interval_minutes: 2, sweep_limit: 10 };
  const config = readLanggraphJson(
    write(JSON.stringify({ graphs: {}, checkpointer: { ttl }, crons: { missed_fires: "skip" } })),
  );
  expect(config.threads).toEqual({
    ttl: { minutes: 60, strategy: "keep_latest" },
    sweepEveryMs: 120_000,
    sweepLimit: 10,
  });
  expect(config.missedFires).toBe("skip");
  const bare = readLanggraphJson(write('{"graphs":{},"checkpointer":{"ttl":{"default_ttl":5}}}'));
  expect(bare.threads).toMatchObject({ ttl: { minutes: 5, strategy: "delete" }, sweepEveryMs: 300_000 });
  expect(readLanggraphJson(write('{"graphs":{}}')).threads).toBeUndefined();
  expect(() => readLanggraphJson(write('{"graphs":{},"checkpointer":{"ttl":{"default_ttl":-1}}}'))).toThrow(
    /default_ttl/,
  );
});
