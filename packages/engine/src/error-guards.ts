import type {
  GraphBubbleUp,
  GraphDrained,
  GraphInterrupt,
  NodeError,
  NodeTimeoutError,
  ParentCommand,
  UnknownInterruptError,
} from "./errors.ts";

// By name or flag, never `instanceof`: two copies of this package may meet in one process.

function named(error: unknown, ...names: string[]): boolean {
  return typeof error === "object" && error !== null && "name" in error && names.includes(String(error.name));
}

/** Control flow of any kind. */
export function isGraphBubbleUp(error?: unknown): error is GraphBubbleUp {
  return typeof error === "object" && error !== null && "is_bubble_up" in error && error.is_bubble_up === true;
}

export function isGraphInterrupt(error?: unknown): error is GraphInterrupt {
  return named(error, "GraphInterrupt", "NodeInterrupt");
}

export function isGraphDrained(error?: unknown): error is GraphDrained {
  return named(error, "GraphDrained");
}

export function isParentCommand(error?: unknown): error is ParentCommand {
  return named(error, "ParentCommand");
}

export function isNodeError(error?: unknown): error is NodeError {
  return named(error, "NodeError");
}

export function isNodeTimeoutError(error?: unknown): error is NodeTimeoutError {
  return named(error, "NodeTimeoutError");
}

export function isUnknownInterruptError(error?: unknown): error is UnknownInterruptError {
  return named(error, "UnknownInterruptError");
}

const INVALID_RESUME = Symbol.for("langgraph.invalid_resume");

/** Marks an error as "the answer did not fit the question's schema": the question stays pending. */
export function _markInvalidResume(error: unknown): void {
  if (typeof error !== "object" || error === null) return;
  Object.defineProperty(error, INVALID_RESUME, { value: true, configurable: true });
}

/** Whether a resume failed because its answer did not fit; the same question may be answered again. */
export function isInvalidResume(error: unknown): boolean {
  return typeof error === "object" && error !== null && INVALID_RESUME in error;
}

/** Legacy: a set that nothing fills any more. */
export function getSubgraphsSeenSet(): Set<unknown> {
  return new Set();
}
