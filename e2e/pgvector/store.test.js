import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { openPostgresBackend } from "@heddle/backend-postgres";
import { describeDurableStore, describeStore } from "@heddle/conformance";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let database;
let server;
let url;

beforeAll(async () => {
  database = await PGlite.create({ extensions: { vector } });
  const port = await freePort();
  server = new PGLiteSocketServer({ db: database, host: "127.0.0.1", port, maxConnections: 10 });
  await server.start();
  url = `postgres://postgres@127.0.0.1:${port}/postgres`;
});
afterAll(async () => {
  await server.stop();
  await database.close();
});

/** PGlite has one session: no second connection to listen on. */
async function open(options = {}) {
  const schema = `s${randomUUID().replaceAll("-", "")}`;
  const backend = await openPostgresBackend({ url, schema, listen: false, poolSize: 1, ...options });
  return { schema, backend };
}

const letters = {
  embedQuery: async (text) => countLetters(text),
  embedDocuments: async (texts) => texts.map(countLetters),
};
const countLetters = (text) => ["a", "b", "c"].map((letter) => text.split(letter).length - 1);

describe("with the extension vector", () => {
  beforeAll(() => database.exec("CREATE EXTENSION IF NOT EXISTS vector"));

  describeStore(async () => {
    const { backend } = await open();
    return { store: backend.store, close: () => backend.close() };
  });
  describeDurableStore(async (options) => (await open(options)).backend);

  test("the extension compares, not our own function", async () => {
    const { schema, backend } = await open({ store: { index: { dims: 3, embeddings: letters } } });
    await backend.store.put(["i"], "a", { text: "aaa" });
    await backend.store.put(["i"], "c", { text: "ccc" });
    await database.exec(`DROP FUNCTION ${schema}.dot_product`);
    const found = await backend.store.search(["i"], { query: "a" });
    expect(found.map(({ key, score }) => [key, Math.round(score)])).toEqual([
      ["a", 1],
      ["c", 0],
    ]);
    await backend.close();
  });
});

test("without the extension our own function compares", async () => {
  await database.exec("DROP EXTENSION vector");
  const { schema, backend } = await open({ store: { index: { dims: 3, embeddings: letters } } });
  await backend.store.put(["i"], "a", { text: "aaa" });
  await database.exec(`DROP FUNCTION ${schema}.dot_product`);
  await expect(backend.store.search(["i"], { query: "a" })).rejects.toThrow("dot_product");
  await backend.close();
});

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
