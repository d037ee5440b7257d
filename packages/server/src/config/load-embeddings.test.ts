import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadEmbeddings } from "./load-embeddings.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "heddle-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a function of texts", async () => {
  writeFileSync(join(root, "embed.mjs"), "export const embed = async (texts) => texts.map((text) => [text.length]);");
  const embeddings = await loadEmbeddings("./embed.mjs:embed", root);
  expect(await embeddings.embedDocuments(["a", "bcd"])).toEqual([[1], [3]]);
  expect(await embeddings.embedQuery("bc")).toEqual([2]);
});

test("an object as core has it", async () => {
  const source = "export const it = { embedDocuments: async () => [[1]], embedQuery: async () => [2] };";
  writeFileSync(join(root, "embed.mjs"), source);
  expect(await (await loadEmbeddings("embed.mjs:it", root)).embedQuery("x")).toEqual([2]);
});

test("a provider's class out of the project's own packages, with the model", async () => {
  const folder = join(root, "node_modules/@langchain/openai");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    '{"name": "@langchain/openai", "type": "module", "exports": "./index.js"}',
  );
  const source = `export class OpenAIEmbeddings {
    constructor({ model }) { this.model = model; }
    async embedDocuments(texts) { return texts.map(() => [this.model.length]); }
    async embedQuery() { return [this.model.length]; }
  }`;
  writeFileSync(join(folder, "index.js"), source);
  expect(await (await loadEmbeddings("openai:text-embedding-3-small", root)).embedQuery("x")).toEqual([22]);
});

test.each([
  ["openai:text", "needs @langchain/openai: npm install @langchain/openai"],
  ["nobody:text", "known providers are openai,"],
  ["./none.ts:embed", "there is no file"],
])("%s is refused with what to do", async (embed, message) => {
  await expect(loadEmbeddings(embed, root)).rejects.toThrow(`store.index.embed "${embed}" cannot be used: `);
  await expect(loadEmbeddings(embed, root)).rejects.toThrow(message);
});

test("an export that is neither is refused", async () => {
  writeFileSync(join(root, "embed.mjs"), "export const embed = 7;");
  await expect(loadEmbeddings("./embed.mjs:embed", root)).rejects.toThrow("neither a function of texts nor an object");
});
