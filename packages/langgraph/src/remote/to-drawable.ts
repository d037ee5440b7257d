import type { GraphDrawing } from "@heddle/sdk";
import { Graph } from "@langchain/core/runnables/graph";

type Nodes = NonNullable<ConstructorParameters<typeof Graph>[0]>["nodes"];

/** A drawing as the server tells it, as core's drawable graph. */
export function toDrawable({ nodes, edges }: GraphDrawing): Graph {
  const drawn: Nodes = {};
  for (const { id, name, data, metadata } of nodes) {
    const told = isRecord(data) ? data : {};
    const shown = name ?? (typeof data === "string" ? data : told.name) ?? id;
    drawn[String(id)] = {
      id: String(id),
      name: String(shown),
      data: told as unknown as Nodes[string]["data"],
      ...(isRecord(metadata) ? { metadata } : {}),
    };
  }
  return new Graph({ nodes: drawn, edges });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
