import type { PendingWrite } from "@heddle/checkpoint";
import type { TimeoutPolicy } from "../runtime/timeout-policy.ts";
import type { PregelNode } from "./pregel-node.ts";

/**
 * Where a task comes from, and its place in the order of application:
 * `["__pregel_pull", node]`, `["__pregel_push", packet, false]`, or for a functional call `["__pregel_push", parent, call, true]`.
 */
export type TaskPath = readonly (string | number | boolean | TaskPath)[];

/** One node to run in one superstep. */
export interface Task {
  readonly id: string;
  readonly name: string;
  readonly node: PregelNode;
  readonly input: unknown;
  readonly triggers: readonly string[];
  readonly path: TaskPath;
  /** Namespace of the task: its run's, then `node:id`. */
  readonly checkpointNs: string;
  /** Empty until the task has finished. */
  writes: PendingWrite[];
  /** A timeout of its packet, which wins over the node's. */
  readonly timeout?: TimeoutPolicy | undefined;
  /** A named step inside of a node: streams leave it out. */
  readonly isStep?: boolean;
  /** For error handlers: what went wrong. */
  readonly failure?: { node: string; error: Error } | undefined;
}

/** The path as text that sorts like the path: the fourth argument of `putWrites`, the same in every LangGraph runtime. */
export function taskPathText(path: TaskPath): string {
  return `~${path.map(partText).join(", ")}`;
}

function partText(part: TaskPath[number]): string {
  if (typeof part === "object") return taskPathText(part);
  return typeof part === "string" ? part : String(Number(part)).padStart(10, "0");
}
