import { randomUUID } from "node:crypto";
import { appendFile, link, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Annotation, END, START, StateGraph, step } from "@heddle/langgraph";

const Receipts = Annotation.Root({
  folder: Annotation<string>,
  receipts: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
});

/** A service outside that does a thing once per key, and says so again when it is asked again: a file per key. */
async function charge(folder: string, key: string): Promise<string> {
  const file = join(folder, key);
  const draft = join(folder, `draft-${randomUUID()}`);
  await writeFile(draft, randomUUID());
  try {
    await link(draft, file);
  } catch {
    await appendFile(join(folder, "asked-again"), `${key}\n`);
  }
  await unlink(draft);
  return readFile(file, "utf8");
}

/** A node that takes a moment, with one side effect in a step. */
function node(name: string) {
  return async ({ folder }: typeof Receipts.State) => {
    const receipt = await step("charge", ({ idempotencyKey }) => charge(folder, `paid-${name}-${idempotencyKey}`));
    await wait(20);
    return { receipts: [`${name} ${receipt}`] };
  };
}

export const graph = new StateGraph(Receipts)
  .addNode("one", node("one"))
  .addNode("two", node("two"))
  .addNode("three", node("three"))
  .addNode("four", node("four"))
  .addEdge(START, "one")
  .addEdge("one", "two")
  .addEdge("two", "three")
  .addEdge("three", "four")
  .addEdge("four", END)
  .compile();
