import type { Backend, Lease } from "@heddle/backend";
import { type CheckpointStorage, JsonPlusSerializer } from "@heddle/checkpoint";
import type { LoadedGraph } from "./load-graph.ts";

/** A checkpointer revives messages with the classes of the graph's own project, so each graph has a serializer of its own. */
export function graphCheckpointers(backend: Backend): (graph: LoadedGraph, lease?: Lease) => CheckpointStorage {
  const made = new WeakMap<LoadedGraph, JsonPlusSerializer>();
  return (graph, lease) => {
    let serializer = made.get(graph);
    if (serializer === undefined) {
      serializer = new JsonPlusSerializer({ messageClasses: graph.modules.messageClasses });
      made.set(graph, serializer);
    }
    return backend.checkpointer(serializer, lease);
  };
}
