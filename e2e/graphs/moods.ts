import { Annotation, END, type LangGraphRunnableConfig, START, StateGraph } from "@heddle/langgraph";
import { gate } from "./gate.ts";

const Moods = Annotation.Root({
  mood: Annotation<"fine" | "failing" | "waiting">,
  folder: Annotation<string>,
  said: Annotation<string>,
});

class BadMoodError extends Error {
  override name = "BadMoodError";
}

/** A node that does what its mood is. */
export const graph = new StateGraph(Moods)
  .addNode("act", async ({ mood, folder }, config: LangGraphRunnableConfig) => {
    if (mood === "failing") throw new BadMoodError("not today");
    if (mood === "waiting") await gate(folder, config.signal);
    return { said: `I was ${mood}` };
  })
  .addEdge(START, "act")
  .addEdge("act", END)
  .compile();
