import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeCheckpointer } from "@heddle/conformance";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SqliteSaver } from "./sqlite-saver.ts";

describe("SqliteSaver", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "heddle-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describeCheckpointer(async () => {
    const checkpointer = new SqliteSaver({ file: ":memory:" });
    return { checkpointer, close: () => checkpointer.close() };
  });

  test("keeps its checkpoints in the file", async () => {
    const file = join(folder, "chat.db");
    const config = { configurable: { thread_id: "t", checkpoint_ns: "" } };
    const values = { messages: ["x".repeat(1000)] };
    const checkpoint = { v: 4, id: "1", ts: "", channel_values: values, channel_versions: {}, versions_seen: {} };
    const first = SqliteSaver.fromFile(file);
    await first.put(config, checkpoint, { source: "input", step: -1, parents: {} });
    await first.close();
    await using second = new SqliteSaver({ file });
    expect((await second.getTuple(config))?.checkpoint).toEqual(checkpoint);
    expect(JSON.stringify({ second })).toBe('{"second":"[SqliteSaver]"}');
  });
});
