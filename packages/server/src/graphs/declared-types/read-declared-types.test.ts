import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDeclaredTypes } from "./read-declared-types.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "heddle-types-"));
  writeFileSync(
    join(folder, "graph.ts"),
    `interface Message { lc_namespace: string[]; content: string }
interface Overwrite { readonly __overwrite__?: unknown }
interface Tree { name: string; children: Tree[] }
interface State { log: string[]; mode: "fast" | "slow"; count: number; done?: boolean; anything: unknown; messages: Message[]; tree: Tree }
type Update = Partial<{ log: string[] | Overwrite; messages: string | Message | (string | Message)[] }>;
class Graph<S, U> {
  "~RunOutput": S;
  "~RunInput": U;
  invoke(input: U, options?: { context?: { tone: string } }): Promise<S> { throw options ?? input; }
}
export const graph = new Graph<State, Update>();
export const factory = async () => graph;
export const builder = { compile: () => graph };
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

const $schema = "http://json-schema.org/draft-07/schema#";

test("the fields of a state are read off the types of the graph", { timeout: 30_000 }, () => {
  const { state, input, context } = readDeclaredTypes(join(folder, "graph.ts"), "graph");
  expect(state).toMatchObject({
    type: "object",
    properties: {
      log: { type: "array", items: { type: "string" } },
      mode: { type: "string", enum: ["fast", "slow"] },
      count: { type: "number" },
      done: { type: "boolean" },
      anything: {},
      messages: { type: "array", items: { title: "BaseMessage" } },
      tree: { type: "object", properties: { name: { type: "string" } } },
    },
    $schema,
  });
  expect(input).toMatchObject({
    properties: { log: { type: "array", items: { type: "string" } }, messages: { title: "BaseMessage" } },
  });
  expect(context).toEqual({ type: "object", properties: { tone: { type: "string" } }, $schema });
});

test("a factory's and a builder's graph are read as well, a missing export gives nothing", { timeout: 30_000 }, () => {
  const file = join(folder, "graph.ts");
  expect(readDeclaredTypes(file, "factory").state).toHaveProperty("properties.log");
  expect(readDeclaredTypes(file, "builder").state).toHaveProperty("properties.count");
  expect(readDeclaredTypes(file, "nothing")).toEqual({});
});
