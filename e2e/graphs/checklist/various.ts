import { Annotation, END, type LangGraphRunnableConfig, START, StateGraph } from "@heddle/langgraph";

const State = Annotation.Root({
  count: Annotation<number>,
  fails: Annotation<boolean>,
  size: Annotation<number>,
  note: Annotation<string>,
});

class CustomError extends Error {
  override name = "CustomError";
}

/** Fails when it is told to. */
export const failing = new StateGraph(State)
  .addNode("work", ({ fails }) => {
    if (fails) throw new CustomError("Boo!");
    return { count: 1 };
  })
  .addEdge(START, "work")
  .addEdge("work", END)
  .compile();

/** Never ends by itself. */
export const looping = new StateGraph(State)
  .addNode("again", ({ count }) => ({ count: (count ?? 0) + 1 }))
  .addEdge(START, "again")
  .addEdge("again", "again")
  .compile();

/** Writes events of its own: `count` of them, each with `size` letters. */
export const writing = new StateGraph(State)
  .addNode("write", ({ count, size }, config: LangGraphRunnableConfig) => {
    for (let index = 0; index < count; index++) config.writer?.({ index, text: "x".repeat(size ?? 1) });
    return { note: "written" };
  })
  .addEdge(START, "write")
  .addEdge("write", END)
  .compile();

/** Puts a note into the store under its user's namespace, and finds what others of the user have put there. */
export const remembering = new StateGraph(State)
  .addNode("remember", async ({ note }, config: LangGraphRunnableConfig) => {
    const namespace = ["notes", String(config.configurable?.user_id)];
    const known = await config.store?.search(namespace);
    if (note) await config.store?.put(namespace, note, { note });
    return { count: known?.length ?? 0 };
  })
  .addEdge(START, "remember")
  .addEdge("remember", END)
  .compile();

const Kept = Annotation.Root({
  bytes: Annotation<Uint8Array>,
  names: Annotation<Set<string>>,
  kinds: Annotation<string[]>,
});

/** Keeps values that JSON has no words for, and says what they are when it finds them again. */
export const keeping = new StateGraph(Kept)
  .addNode("keep", ({ bytes, names }) => {
    if (bytes === undefined) return { bytes: new Uint8Array([1, 2, 255]), names: new Set(["a"]) };
    return { kinds: [bytes.constructor.name, String(bytes), names.constructor.name] };
  })
  .addEdge(START, "keep")
  .addEdge("keep", END)
  .compile();
