import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { PostgresSaver as OurSaver } from "@heddle/backend-postgres";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { HumanMessage } from "@langchain/core/messages";
import * as ours from "@langchain/langgraph";
import { PostgresSaver as OfficialSaver } from "@langchain/langgraph-checkpoint-postgres";
import * as official from "official-langgraph";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const url = process.env.HEDDLE_TEST_POSTGRES ?? "postgres://postgres@127.0.0.1:5432/test";
const client = new pg.Client({ connectionString: url });
const answers = await client.connect().then(
  () => true,
  () => false,
);

/** What a state says, however its bytes are wrapped. */
function shown({ messages = [], bytes, verdict }: { messages?: HumanMessage[]; bytes?: Uint8Array; verdict?: string }) {
  return [
    messages.map(({ id, type, content }) => [id, type, content]),
    bytes === undefined ? bytes : [...bytes],
    verdict,
  ];
}

const HEDDLE = new URL("../../../packages/cli/bin/heddle.js", import.meta.url).pathname;

function build(engine: typeof official, checkpointer: unknown) {
  const { Annotation, END, interrupt, MessagesAnnotation, START, StateGraph } = engine;
  const State = Annotation.Root({
    ...MessagesAnnotation.spec,
    bytes: Annotation<Uint8Array>,
    verdict: Annotation<string>,
  });
  return new StateGraph(State)
    .addNode("write", ({ messages }) => ({
      messages: [new HumanMessage(`answer ${messages.length}`)],
      bytes: new Uint8Array([1, 2, 255]),
    }))
    .addNode("ask", () => ({ verdict: interrupt("good?") as string }))
    .addEdge(START, "write")
    .addEdge("write", "ask")
    .addEdge("ask", END)
    .compile({ checkpointer: checkpointer as never });
}

describe.skipIf(!answers && process.env.CI === undefined)("heddle migrate, from the official Postgres saver", () => {
  const [from, to] = ["official", "heddle"].map((name) => `${name}_${randomUUID().replaceAll("-", "")}`) as [
    string,
    string,
  ];
  beforeAll(() => {
    if (!answers) throw new Error(`No PostgreSQL answers at ${url}.`);
  });
  afterAll(async () => {
    for (const schema of [from, to]) await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await client.end();
  });

  it("takes over threads whole, so that our engine goes on where the official one paused", async () => {
    const officialSaver = OfficialSaver.fromConnString(url, { schema: from });
    await officialSaver.setup();
    const config = { configurable: { thread_id: randomUUID() } };
    const before = build(official, officialSaver);
    await before.invoke({ messages: [new HumanMessage("hello \u0000é")] }, config);
    const history: unknown[] = [];
    for await (const { config: at, values, metadata, next } of before.getStateHistory(config)) {
      history.push([at.configurable?.checkpoint_id, shown(values), metadata, next]);
    }
    await client.query(`INSERT INTO ${from}.checkpoints (thread_id, checkpoint_ns, checkpoint_id, checkpoint, metadata)
      VALUES ('by-python', '', '1', '{"v": 4, "id": "1", "channel_versions": {"x": 1}, "versions_seen": {}}', '{}')`);
    await client.query(`INSERT INTO ${from}.checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, blob)
      VALUES ('by-python', '', 'x', '1', 'msgpack', 'xx')`);
    await officialSaver.end();

    const args = ["migrate", "--from", `${url}?schema=${from}`, "--to", `${url}?schema=${to}`, "--graph", "agent"];
    for (let time = 0; time < 2; time++) {
      const { stdout } = await promisify(execFile)(process.execPath, [HEDDLE, ...args]);
      expect(stdout).toContain("3 checkpoints of 1 threads were read.");
      expect(stdout).toContain('thread by-python was left out: the value of channel "x" is of type "msgpack"');
    }

    await using saver = await OurSaver.open({
      url,
      schema: to,
      serializer: new JsonPlusSerializer({ messageClasses: { HumanMessage } as never }),
    });
    const after = build(ours as unknown as typeof official, saver);
    const taken: unknown[] = [];
    for await (const { config: at, values, metadata, next } of after.getStateHistory(config)) {
      taken.push([at.configurable?.checkpoint_id, shown(values), metadata, next]);
    }
    expect(taken).toEqual(history);
    const { Command } = ours as unknown as typeof official;
    const done = await after.invoke(new Command({ resume: "yes" }), config);
    expect(done.verdict).toBe("yes");
    expect(done.bytes).toEqual(new Uint8Array([1, 2, 255]));
    expect(done.messages.map(({ content }) => content)).toEqual(["hello \u0000é", "answer 1"]);
    const { rows } = await client.query(`SELECT status, metadata FROM ${to}.threads`);
    expect(rows).toEqual([{ status: "interrupted", metadata: { graph_id: "agent" } }]);
  });
});
