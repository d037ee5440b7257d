import { FakeListChatModel } from "@langchain/core/utils/testing";

type Engine = Pick<
  typeof import("@langchain/langgraph"),
  "Annotation" | "Command" | "END" | "interrupt" | "MessagesAnnotation" | "Send" | "START" | "StateGraph"
>;

/**
 * One graph source for two engines: custom events, a model's tokens, a subgraph, a fan-out by Send, a join, an interrupt, and a
 * Command that says where to go.
 */
export function buildStory({
  Annotation,
  Command,
  END,
  interrupt,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
}: Engine) {
  const Story = Annotation.Root({
    ...MessagesAnnotation.spec,
    topic: Annotation<string>,
    notes: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
    verdict: Annotation<string>,
  });
  const Chapter = Annotation.Root({ ...MessagesAnnotation.spec, topic: Annotation<string>, draft: Annotation<string> });
  const model = new FakeListChatModel({ responses: ["Once upon a time."] });

  const chapter = new StateGraph(Chapter)
    .addNode("outline", ({ topic }, config) => {
      config.writer?.({ outline: topic });
      return { draft: `about ${topic}` };
    })
    .addNode("write", async ({ draft }) => ({ messages: [await model.invoke(draft)] }))
    .addEdge(START, "outline")
    .addEdge("outline", "write")
    .addEdge("write", END)
    .compile();

  return new StateGraph(Story)
    .addNode("plan", ({ topic }, config) => {
      config.writer?.({ planning: topic });
      return { notes: [`plan ${topic}`] };
    })
    .addNode("chapter", chapter)
    .addNode("review", ({ topic }: { topic: string }) => ({ notes: [`review ${topic}`] }))
    .addNode("ask", () => ({ verdict: interrupt({ question: "Is it good?" }) as string }))
    .addNode("decide", ({ verdict }) => new Command({ update: { notes: [`decided ${verdict}`] }, goto: "publish" }), {
      ends: ["publish"],
    })
    .addNode("publish", () => ({ notes: ["published"] }))
    .addEdge(START, "plan")
    .addEdge("plan", "chapter")
    .addConditionalEdges(
      "chapter",
      ({ topic }) => ["style", "facts"].map((what) => new Send("review", { topic: `${what} of ${topic}` })),
      ["review"],
    )
    .addEdge("review", "ask")
    .addEdge("ask", "decide")
    .addEdge("publish", END)
    .compile();
}
