import { describeCheckpointer } from "@heddle/conformance";
import { expect, test } from "vitest";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { PostgresSaver } from "./postgres-saver.ts";

await describeOnPostgres("PostgresSaver", ({ url, schema, empty }) => {
  describeCheckpointer(async () => {
    const checkpointer = await PostgresSaver.open({ url, schema, poolSize: 2 });
    await empty();
    return { checkpointer, close: () => checkpointer.close() };
  });

  test("keeps its checkpoints for whoever opens the schema next", async () => {
    const config = { configurable: { thread_id: "t", checkpoint_ns: "" } };
    const values = { messages: ["x".repeat(1000)] };
    const checkpoint = { v: 4, id: "1", ts: "", channel_values: values, channel_versions: {}, versions_seen: {} };
    const first = await PostgresSaver.open({ url, schema });
    await first.put(config, checkpoint, { source: "input", step: -1, parents: {} });
    await first.close();
    await using second = await PostgresSaver.open({ url, schema });
    expect((await second.getTuple(config))?.checkpoint).toEqual(checkpoint);
    expect(JSON.stringify({ second })).toBe('{"second":"[PostgresSaver]"}');
  });
});
