/** Codes of errors with a troubleshooting page. */
export type ErrorCode =
  | "GRAPH_RECURSION_LIMIT"
  | "INVALID_CONCURRENT_GRAPH_UPDATE"
  | "INVALID_GRAPH_NODE_RETURN_VALUE"
  | "MISSING_CHECKPOINTER"
  | "MULTIPLE_SUBGRAPHS"
  | "UNREACHABLE_NODE";

export interface BaseLangGraphErrorFields {
  lc_error_code?: ErrorCode;
}

/** An interrupt as an error carries it; see `runtime/interrupt.ts`. */
interface RaisedInterrupt {
  id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a question is whatever the node asked
  value?: any;
}

/** Every error of the engine. With a code, the message ends with the address of its page. */
export class BaseLangGraphError extends Error {
  lc_error_code?: string;

  constructor(message?: string, fields?: BaseLangGraphErrorFields) {
    let text = message ?? "";
    if (fields?.lc_error_code !== undefined) {
      text = `${text}\n\nTroubleshooting URL: https://docs.langchain.com/oss/javascript/langgraph/${fields.lc_error_code}/\n`;
    }
    super(text);
    if (fields?.lc_error_code !== undefined) this.lc_error_code = fields.lc_error_code;
    this.name = (new.target as unknown as { unminifiable_name?: string }).unminifiable_name ?? "BaseLangGraphError";
  }

  /** The name that survives minification. */
  static get unminifiable_name(): string {
    return "BaseLangGraphError";
  }
}

/** Control flow that passes through nodes, tools and error handlers: never to be caught and answered. */
export class GraphBubbleUp extends BaseLangGraphError {
  get is_bubble_up(): boolean {
    return true;
  }
  static override get unminifiable_name(): string {
    return "GraphBubbleUp";
  }
}

/** More supersteps than `recursionLimit` allows. */
export class GraphRecursionError extends BaseLangGraphError {
  static override get unminifiable_name(): string {
    return "GraphRecursionError";
  }
}

/** A graph was used in a way its set-up does not allow, e.g. without a checkpointer. */
export class GraphValueError extends BaseLangGraphError {
  static override get unminifiable_name(): string {
    return "GraphValueError";
  }
}

/** A low-level graph whose nodes and channels do not fit together. */
export class GraphValidationError extends BaseLangGraphError {
  static override get unminifiable_name(): string {
    return "GraphValidationError";
  }
}

/** A run that stopped between supersteps because it was asked to. Resume it with null input. */
export class GraphDrained extends GraphBubbleUp {
  reason: string;

  constructor(reason = "shutdown", fields?: BaseLangGraphErrorFields) {
    super(`Graph drained: ${reason}`, fields);
    this.reason = reason;
  }
  static override get unminifiable_name(): string {
    return "GraphDrained";
  }
}

/** A run that waits for answers. */
export class GraphInterrupt extends GraphBubbleUp {
  interrupts: RaisedInterrupt[];

  constructor(interrupts?: RaisedInterrupt[], fields?: BaseLangGraphErrorFields) {
    super(interrupts === undefined ? "" : JSON.stringify(interrupts, null, 2), fields);
    this.interrupts = interrupts ?? [];
  }
  static override get unminifiable_name(): string {
    return "GraphInterrupt";
  }
}

/** Thrown by a node to pause without a resumable question: the node decides anew when it runs again. */
export class NodeInterrupt extends GraphInterrupt {
  constructor(message: unknown, fields?: BaseLangGraphErrorFields) {
    super([{ value: message }], fields);
  }
  static override get unminifiable_name(): string {
    return "NodeInterrupt";
  }
}

/** What an error handler receives: a record, not an `Error`. */
export class NodeError {
  node: string;
  error: Error;

  constructor(node: string, error: Error) {
    this.node = node;
    this.error = error;
  }
  /** Not a field: a record of a node and its error has no others. */
  get name(): "NodeError" {
    return "NodeError";
  }
  static get unminifiable_name(): string {
    return "NodeError";
  }
}

/** A command for the graph above. */
export class ParentCommand extends GraphBubbleUp {
  // biome-ignore lint/suspicious/noExplicitAny: `Command` lies above this file; importing its type would be a circle
  command: any;

  constructor(command: unknown) {
    super();
    this.command = command;
  }
  static override get unminifiable_name(): string {
    return "ParentCommand";
  }
}

/** A node that took too long, or was silent too long. It may be retried. */
export class NodeTimeoutError extends BaseLangGraphError {
  node: string;
  kind: "run" | "idle";
  /** Milliseconds, like the following. */
  timeout: number;
  elapsed: number;
  runTimeout?: number;
  idleTimeout?: number;

  constructor(
    fields: { node: string; elapsed: number; kind: "run" | "idle"; runTimeout?: number; idleTimeout?: number },
    errorFields?: BaseLangGraphErrorFields,
  ) {
    const timeout = (fields.kind === "run" ? fields.runTimeout : fields.idleTimeout) ?? 0;
    const what = fields.kind === "run" ? "" : " without making progress";
    super(
      `Node "${fields.node}" exceeded its ${fields.kind} timeout of ${timeout}ms${what} (elapsed: ${fields.elapsed}ms).`,
      errorFields,
    );
    this.node = fields.node;
    this.kind = fields.kind;
    this.timeout = timeout;
    this.elapsed = fields.elapsed;
    if (fields.runTimeout !== undefined) this.runTimeout = fields.runTimeout;
    if (fields.idleTimeout !== undefined) this.idleTimeout = fields.idleTimeout;
  }
  static override get unminifiable_name(): string {
    return "NodeTimeoutError";
  }
}

/** A run was started with nothing to do. */
export class EmptyInputError extends BaseLangGraphError {
  static override get unminifiable_name(): string {
    return "EmptyInputError";
  }
}

/** A strict resume that names no pending interrupt, or does not say which one it answers. */
export class UnknownInterruptError extends BaseLangGraphError {
  reason: "not_pending" | "empty_map" | "ambiguous";
  interruptIds: string[];
  pendingIds: string[];

  constructor(
    message: string,
    fields: {
      reason: "not_pending" | "empty_map" | "ambiguous";
      interruptIds?: string[];
      pendingIds?: string[];
    } & BaseLangGraphErrorFields,
  ) {
    super(message, fields);
    this.reason = fields.reason;
    this.interruptIds = fields.interruptIds ?? [];
    this.pendingIds = fields.pendingIds ?? [];
  }
  static override get unminifiable_name(): string {
    return "UnknownInterruptError";
  }
}

/** A channel without a value was read. Control flow, so it does without a stack. */
export class EmptyChannelError extends BaseLangGraphError {
  constructor(message?: string, fields?: BaseLangGraphErrorFields) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message, fields);
    Error.stackTraceLimit = limit;
  }
  static override get unminifiable_name(): string {
    return "EmptyChannelError";
  }
}

/** A channel refused what was written to it. */
export class InvalidUpdateError extends BaseLangGraphError {
  static override get unminifiable_name(): string {
    return "InvalidUpdateError";
  }
}

/** Never thrown; kept for code that names it. */
export class MultipleSubgraphsError extends BaseLangGraphError {
  static override get unminifiable_name(): string {
    return "MultipleSubgraphsError";
  }
}

/** A node which no edge leads to. */
export class UnreachableNodeError extends BaseLangGraphError {
  static override get unminifiable_name(): string {
    return "UnreachableNodeError";
  }
}

/** An error event of a remote graph. */
export class RemoteException extends BaseLangGraphError {
  static override get unminifiable_name(): string {
    return "RemoteException";
  }
}

/** The first argument of `new StateGraph` is none of the accepted forms. */
export class StateGraphInputError extends BaseLangGraphError {
  constructor(message?: string, fields?: BaseLangGraphErrorFields) {
    super(
      message ?? "Invalid StateGraph input. Make sure to pass a valid StateDefinition, Annotation.Root, or Zod schema.",
      fields,
    );
  }
  static override get unminifiable_name(): string {
    return "StateGraphInputError";
  }
}
