import { RunnableLambda } from "@langchain/core/runnables";
import { DynamicTool } from "@langchain/core/tools";
import { expect, test } from "vitest";
import { createAgentExecutor } from "./agent-executor.ts";

test("an agent's actions are executed until it finishes", async () => {
  const shout = new DynamicTool({ name: "shout", description: "Shouts", func: async (text) => text.toUpperCase() });
  const action = { tool: "shout", toolInput: "hey", log: "" };
  const finish = { returnValues: { output: "done" }, log: "" };
  const agentRunnable = RunnableLambda.from(({ steps }: { steps: unknown[] }) =>
    steps.length === 0 ? action : finish,
  );
  const graph = createAgentExecutor({ agentRunnable, tools: [shout as never] });
  expect(await graph.invoke({ input: "hi" })).toEqual({
    input: "hi",
    agentOutcome: finish,
    steps: [{ action, observation: "HEY" }],
  });
});
