import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { Annotation, END, type LangGraphRunnableConfig, START, StateGraph } from "@heddle/langgraph";
import { gate } from "./gate.ts";

const Steps = Annotation.Root({
  folder: Annotation<string>,
  done: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
});

/** A step whose side effect can be counted afterwards: two lines in a file. The third one waits at the gate in between. */
function step(name: string) {
  return async ({ folder }: typeof Steps.State, config: LangGraphRunnableConfig) => {
    const file = join(folder, "effects");
    await appendFile(file, `begin ${name}\n`);
    if (name === "three") await gate(folder, config.signal);
    await appendFile(file, `end ${name}\n`);
    return { done: [name] };
  };
}

export const graph = new StateGraph(Steps)
  .addNode("one", step("one"))
  .addNode("two", step("two"))
  .addNode("three", step("three"))
  .addNode("four", step("four"))
  .addEdge(START, "one")
  .addEdge("one", "two")
  .addEdge("two", "three")
  .addEdge("three", "four")
  .addEdge("four", END)
  .compile();
