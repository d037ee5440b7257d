import { openSqliteBackend } from "@heddle/backend-sqlite";
import { expect, test } from "vitest";
import { newTools } from "../../testing/new-tools.ts";
import { uuid7 } from "../ids.ts";
import { ThreadSweeper } from "./thread-sweeper.ts";

test("a sweep ends all threads whose time has passed, however few it takes at once", async () => {
  let nowMs = Date.now();
  await using backend = await openSqliteBackend({ file: ":memory:", now: () => new Date(nowMs) });
  const sweeper = new ThreadSweeper(newTools(backend), { everyMs: 1000, limit: 2 });
  const create = async (minutes: number | undefined, strategy: "delete" | "keep_latest" = "delete") => {
    const threadId = uuid7(nowMs);
    const ttl = minutes === undefined ? undefined : { minutes, strategy };
    await backend.threads.create({ threadId, metadata: {}, createdAt: new Date(nowMs).toISOString(), ttl });
    return threadId;
  };
  for (let index = 0; index < 5; index++) await create(1);
  const stay = [await create(undefined), await create(10), await create(1, "keep_latest")];
  nowMs += 61_000;
  expect(await sweeper.sweep()).toBe(5);
  expect(await sweeper.sweep()).toBe(0);
  for (const threadId of stay) expect(await backend.threads.get(threadId)).toBeDefined();
});
