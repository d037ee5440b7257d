import { Annotation, Command, END, interrupt, START, StateGraph } from "@heddle/langgraph";

const State = Annotation.Root({
  topic: Annotation<string>,
  log: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
});

/** `prepare`, then `ask` which stops for a human, then `finish`. */
export const graph = new StateGraph(State)
  .addNode("prepare", () => ({ log: ["prepared"] }))
  .addNode("ask", ({ topic }) => ({ log: [`answered ${JSON.stringify(interrupt(`about ${topic}?`))}`] }))
  .addNode("finish", () => ({ log: ["finished"] }))
  .addEdge(START, "prepare")
  .addEdge("prepare", "ask")
  .addEdge("ask", "finish")
  .addEdge("finish", END)
  .compile();

/** Two nodes side by side that both ask. */
export const two = new StateGraph(State)
  .addNode("left", () => ({ log: [`left ${interrupt("left?")}`] }))
  .addNode("right", () => ({ log: [`right ${interrupt("right?")}`] }))
  .addEdge(START, "left")
  .addEdge(START, "right")
  .addEdge("left", END)
  .addEdge("right", END)
  .compile();

/** Nodes that a command can go to. */
export const commands = new StateGraph(State)
  .addNode("start", ({ topic }) => (topic === "jump" ? new Command({ goto: "there" }) : { log: ["started"] }), {
    ends: ["there", END],
  })
  .addNode("there", (state: typeof State.State) => ({ log: [`there with ${state.topic}`] }))
  .addEdge(START, "start")
  .addEdge("there", END)
  .compile();
