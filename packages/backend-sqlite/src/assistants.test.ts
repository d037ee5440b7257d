import type { Backend } from "@heddle/backend";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteBackend } from "./open-sqlite-backend.ts";

let backend: Backend;

beforeEach(async () => {
  backend = await openSqliteBackend({ file: ":memory:" });
  await backend.assistants.create({
    assistantId: "a",
    graphId: "g",
    name: "first",
    description: null,
    config: {},
    context: {},
    metadata: {},
    createdAt: "2026-01-01T00:00:00.000Z",
  });
});

afterEach(() => backend.close());

const nameOf = async () => (await backend.assistants.get("a"))?.name;

test("a remembered assistant is read anew after each kind of change", async () => {
  expect(await nameOf()).toBe("first");
  await backend.assistants.update("a", { name: "second" });
  expect(await nameOf()).toBe("second");
  await backend.assistants.setLatest("a", 1);
  expect(await nameOf()).toBe("first");
  await backend.assistants.delete("a", { deleteThreads: false });
  expect(await nameOf()).toBeUndefined();
});

test("a read that races with a change does not remember the former state", async () => {
  const [, during] = await Promise.all([backend.assistants.update("a", { name: "second" }), nameOf()]);
  expect(["first", "second"]).toContain(during);
  expect(await nameOf()).toBe("second");
});
