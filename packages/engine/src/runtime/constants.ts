/** Names that appear in checkpoints, streams and configs. They are upstream's, and must stay. */
export const START = "__start__";
export const END = "__end__";
/** Graph input, as a node name: in `versions_seen` and `asNode`. */
export const INPUT = "__input__";
/** `asNode` of a copy of a checkpoint. */
export const COPY = "__copy__";
export const ERROR = "__error__";
export const ERROR_SOURCE_NODE = "__error_source_node__";
export const INTERRUPT = "__interrupt__";
export const RESUME = "__resume__";
/** Marks a finished task that wrote nothing. */
export const NO_WRITES = "__no_writes__";
/** What a functional task returned. */
export const RETURN = "__return__";
/** What an entrypoint saved for its next run. */
export const PREVIOUS = "__previous__";
/** The only channel of a graph whose state is one value. */
export const ROOT = "__root__";
/** Channel of the packets made by `Send`. */
export const TASKS = "__pregel_tasks";
export const PUSH = "__pregel_push";
export const PULL = "__pregel_pull";
/** `Command.graph` for the graph above. */
export const PARENT = "__parent__";
export const OVERWRITE = "__overwrite__";
/** Writes that no task made: graph input and commands. */
export const NULL_TASK_ID = "00000000-0000-0000-0000-000000000000";

/** Tag of nodes that streams and traces leave out. */
export const TAG_HIDDEN = "langsmith:hidden";
/** Tags of models whose tokens do not stream. */
export const TAG_NOSTREAM = "langsmith:nostream";
export const TAG_NOSTREAM_LEGACY = "nostream";

/** Between the levels of a checkpoint namespace: `parent:task-id|child:task-id`. */
export const NAMESPACE_SEPARATOR = "|";
/** Between a node's name and its task id within one level. */
export const NAMESPACE_END = ":";

export const CACHE_NAMESPACE = "__pregel_ns_writes";
export const DEFAULT_RECURSION_LIMIT = 25;

/** Channels of a task's writes that are about the task itself; no channel of the graph receives them. */
export const CONTROL_CHANNELS: ReadonlySet<string> = new Set([
  NO_WRITES,
  PUSH,
  RESUME,
  INTERRUPT,
  RETURN,
  ERROR,
  ERROR_SOURCE_NODE,
]);

/** Prefix of the trigger channel of a node. */
export function branchChannel(node: string): string {
  return `branch:to:${node}`;
}
