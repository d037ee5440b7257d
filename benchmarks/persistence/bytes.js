import { randomUUID } from "node:crypto";
import { HumanMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { PostgresSaver as OfficialSaver } from "@langchain/langgraph-checkpoint-postgres";
import { PostgresSaver } from "../../packages/backend-postgres/dist/index.js";
import { SqliteSaver } from "../../packages/backend-sqlite/dist/index.js";
import { ownDatabase } from "./database.js";

// What a chat of 1,000 messages takes: the same graph on the same (official) engine, one message by the user and one by the
// graph per turn, with our savers and the official PostgresSaver in turn. Prints bytes; asserts nothing.

const MESSAGES = Number(process.env.MESSAGES ?? 1000);
const TEXT = "a message of some eighty characters, which is about what people write to agents. ";

function chat(checkpointer) {
  return new StateGraph(MessagesAnnotation)
    .addNode("answer", ({ messages }) => ({
      messages: [new HumanMessage({ id: randomUUID(), content: `${messages.length} ${TEXT}` })],
    }))
    .addEdge(START, "answer")
    .addEdge("answer", END)
    .compile({ checkpointer });
}

async function turns(checkpointer, thread_id, count) {
  const graph = chat(checkpointer);
  for (let n = 0; n < count; n++) {
    const messages = [new HumanMessage({ id: randomUUID(), content: `${n} ${TEXT}` })];
    await graph.invoke({ messages }, { configurable: { thread_id } });
  }
}

/** Bytes of text, as the savers hand it to the database. */
async function ours(saver) {
  const bytes = [];
  for (const share of [0.5, 1]) {
    const thread = randomUUID();
    await turns(saver, thread, (MESSAGES / 2) * share);
    bytes.push((await saver.sizeOfThread(thread)).bytes);
  }
  await saver.close();
  return bytes;
}

async function official(database) {
  const saver = OfficialSaver.fromConnString(database.url);
  await saver.setup();
  const bytes = [];
  for (const share of [0.5, 1]) {
    const thread = randomUUID();
    await turns(saver, thread, (MESSAGES / 2) * share);
    const [row] = await database.query(
      `SELECT (SELECT sum(octet_length(checkpoint::text) + octet_length(metadata::text)) FROM checkpoints WHERE thread_id = $1)
         + (SELECT sum(coalesce(octet_length(blob), 0)) FROM checkpoint_blobs WHERE thread_id = $1)
         + (SELECT sum(octet_length(blob)) FROM checkpoint_writes WHERE thread_id = $1) AS bytes`,
      [thread],
    );
    bytes.push(Number(row.bytes));
  }
  await saver.end();
  return bytes;
}

const database = await ownDatabase();
const results = [
  ["our SqliteSaver", await ours(SqliteSaver.fromFile(":memory:"))],
  ["our PostgresSaver", await ours(await PostgresSaver.open({ url: database.url }))],
  ["official PostgresSaver", await official(database)],
];
await database.drop();
const officialBytes = results.at(-1)[1][1];
console.log(`saver | ${MESSAGES / 2} messages, KB | ${MESSAGES} messages, KB | growth | official / this`);
for (const [name, [half, whole]] of results) {
  const figures = [half, whole].map((bytes) => (bytes / 1000).toFixed(0)).join(" | ");
  console.log(`${name} | ${figures} | ${(whole / half).toFixed(2)} × | ${(officialBytes / whole).toFixed(1)} ×`);
}
console.log("targets: 20 × less than the official saver, growth 2 × (linear)");
