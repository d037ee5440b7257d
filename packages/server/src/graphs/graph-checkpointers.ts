import type { Backend } from "@heddle/backend";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import type { ServerTools } from "../server-tools.ts";
import type { LoadedGraph } from "./load-graph.ts";

/** A checkpointer revives messages with the classes of the graph's own project, so each graph has a serializer of its own. */
export function graphCheckpointers(backend: Backend): ServerTools["checkpointerOf"] {
  const made = new WeakMap<LoadedGraph, JsonPlusSerializer>();
  return (graph, lease, beforePut) => {
    let serializer = made.get(graph);
    if (serializer === undefined) {
      serializer = new JsonPlusSerializer({ messageClasses: graph.modules.messageClasses });
      made.set(graph, serializer);
    }
    return backend.checkpointer(serializer, lease, beforePut);
  };
}
