import type { Command, CommandTarget } from "@heddle/protocol";
import { ServerError } from "../errors.ts";
import type { LoadedGraph } from "./load-graph.ts";

/**
 * The input of a graph for what a request asks: its command as an instance of the user's own `Command`, else its input, else
 * null, which continues from the checkpoint.
 */
export function toGraphInput(
  request: { input?: unknown; command?: Command | null | undefined },
  graph: LoadedGraph,
): unknown {
  const { command } = request;
  if (command === undefined || command === null) return request.input ?? null;
  const { engine } = graph.modules;
  if (engine === undefined) {
    throw new ServerError(
      "graph_error",
      `Graph "${graph.graphId}" got a command, but its project has no package of the engine`,
    );
  }
  const goto = toTargets(command.goto).map((target) =>
    typeof target === "string" ? target : new engine.Send(target.node, target.input ?? target.args),
  );
  const fields: { resume?: unknown; update?: unknown; goto?: unknown } = {};
  if (command.resume !== undefined) fields.resume = command.resume;
  if (command.update !== undefined && command.update !== null) fields.update = command.update;
  if (goto.length > 0) fields.goto = goto;
  return new engine.Command(fields);
}

/** A Send which upstream's RemoteGraph wrote has its input as `args`. */
type Target = CommandTarget & { args?: unknown };

function toTargets(goto: Command["goto"]): Target[] {
  if (goto === undefined || goto === null) return [];
  return (Array.isArray(goto) ? goto : [goto]) as Target[];
}
