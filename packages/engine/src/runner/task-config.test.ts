import { expect, test } from "vitest";
import { LogState } from "../../testing/log-graph.ts";
import { StateGraph } from "../graph/state-graph.ts";
import { START } from "../runtime/constants.ts";

test("what runs in a node reads the state by its config, fresh or as the step began, and the node's input", async () => {
  const seen: unknown[] = [];
  const graph = new StateGraph(LogState)
    .addNode("a", (_state, { configurable }) => {
      configurable?.__pregel_send([["log", ["sent"]]]);
      const read = configurable?.__pregel_read;
      seen.push(read("log"), read("log", true), read(["n", "log"]), configurable?.__pregel_scratchpad.currentTaskInput);
      return {};
    })
    .addEdge(START, "a")
    .compile();
  await graph.invoke({ n: 1, log: ["first"] });
  const state = { n: 1, log: ["first"] };
  expect(seen).toEqual([["first"], ["first", "sent"], state, state]);
});
