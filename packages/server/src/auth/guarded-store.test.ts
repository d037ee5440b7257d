import { openSqliteBackend } from "@heddle/backend-sqlite";
import { expect, test } from "vitest";
import { guardStore } from "./guarded-store.ts";

const ANNS = { type: "equals", key: "owner", value: "ann" } as const;

test("without a filter the store is as it is", async () => {
  await using backend = await openSqliteBackend({ file: ":memory:" });
  expect(guardStore(backend.store, undefined)).toBe(backend.store);
});

test("items that do not pass are as if they were not there", async () => {
  await using backend = await openSqliteBackend({ file: ":memory:" });
  const store = guardStore(backend.store, ANNS);
  await backend.store.put(["shared"], "bobs", { owner: "bob" });
  await backend.store.put(["bob"], "only", { owner: "bob" });
  await store.put(["shared"], "anns", { owner: "ann", n: 1 });
  expect(await store.get(["shared"], "bobs")).toBeNull();
  expect((await store.search([])).map(({ key }) => key)).toEqual(["anns"]);
  expect((await store.search(["shared"], { filter: { n: 2 } })).length).toBe(0);
  expect(await store.listNamespaces()).toEqual([["shared"]]);
});

test("nobody writes for others, nor over what is others'", async () => {
  await using backend = await openSqliteBackend({ file: ":memory:" });
  const store = guardStore(backend.store, ANNS);
  await backend.store.put(["shared"], "bobs", { owner: "bob" });
  await expect(store.put(["shared"], "new", { owner: "bob" })).rejects.toMatchObject({ code: "forbidden" });
  await expect(store.put(["shared"], "bobs", { owner: "ann" })).rejects.toMatchObject({ code: "not_found" });
  await expect(store.delete(["shared"], "bobs")).rejects.toMatchObject({ code: "not_found" });
  await store.delete(["shared"], "nothing");
  expect((await backend.store.get(["shared"], "bobs"))?.value).toEqual({ owner: "bob" });
});

test("pages are of what passes", async () => {
  await using backend = await openSqliteBackend({ file: ":memory:" });
  const store = guardStore(backend.store, ANNS);
  for (const n of [0, 1, 2, 3, 4]) {
    await backend.store.put(["n"], `b${n}`, { owner: "bob" });
    await backend.store.put(["n"], `a${n}`, { owner: "ann" });
  }
  expect((await store.search(["n"], { limit: 2, offset: 1 })).map(({ key }) => key)).toEqual(["a1", "a2"]);
});
