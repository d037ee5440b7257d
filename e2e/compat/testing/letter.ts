import { AIMessage, HumanMessage } from "@langchain/core/messages";

export type Engine = Pick<
  typeof import("official-langgraph"),
  "Annotation" | "Command" | "END" | "interrupt" | "MessagesAnnotation" | "Send" | "START" | "StateGraph"
>;
type Checkpointer = Parameters<InstanceType<Engine["StateGraph"]>["compile"]>[0] extends infer O
  ? NonNullable<O>["checkpointer" & keyof NonNullable<O>]
  : never;

/**
 * One source for two engines: messages, a fan-out by Send, a subgraph that asks (so that checkpoints of two namespaces are
 * written), a question at the root, a Command, and a map in the state.
 */
export function buildLetter(
  { Annotation, Command, END, interrupt, MessagesAnnotation, Send, START, StateGraph }: Engine,
  checkpointer: Checkpointer,
) {
  const Letter = Annotation.Root({
    ...MessagesAnnotation.spec,
    parts: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
    written: Annotation<Map<string, number>>,
    greeting: Annotation<string>,
    sent: Annotation<string>,
  });
  const Opening = Annotation.Root({ greeting: Annotation<string>, guess: Annotation<string> });

  const opening = new StateGraph(Opening)
    .addNode("think", () => ({ guess: "Dear" }))
    .addNode("greet", ({ guess }) => ({ greeting: `${guess} ${interrupt({ ask: "name" })}` }))
    .addEdge(START, "think")
    .addEdge("think", "greet")
    .addEdge("greet", END)
    .compile();

  return new StateGraph(Letter)
    .addNode("begin", () => ({
      messages: [new AIMessage({ content: "I begin.", id: "m2" })],
      written: new Map([["begin", 1]]),
    }))
    .addNode("part", (what: unknown) => ({ parts: [`part ${(what as { what: string }).what}`] }))
    .addNode("opening", opening)
    .addNode("check", () => new Command({ update: { sent: String(interrupt({ ask: "send" })) }, goto: "end" }), {
      ends: ["end"],
    })
    .addNode("end", ({ greeting, parts, sent }) => ({
      messages: [new AIMessage({ content: `${greeting}, ${parts.join(" and ")}, sent ${sent}.`, id: "m3" })],
    }))
    .addEdge(START, "begin")
    .addConditionalEdges("begin", () => ["one", "two"].map((what) => new Send("part", { what })), ["part"])
    .addEdge("part", "opening")
    .addEdge("opening", "check")
    .addEdge("end", END)
    .compile({ checkpointer });
}

export const beginning = () => ({ messages: [new HumanMessage({ content: "Write.", id: "m1" })] });
