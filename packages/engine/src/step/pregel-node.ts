import type { PendingWrite } from "@heddle/checkpoint";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import type { NodePolicies } from "./node-policy.ts";

/** What writers know beside a node's output. */
export interface WriteContext {
  readonly config: LangGraphRunnableConfig;
  /** Collects the task's writes, in order. */
  readonly writes: PendingWrite[];
  /** The state as it would be after this task alone: its own writes applied, those of its siblings not. */
  readState(keys: string | readonly string[]): unknown;
}

/** Turns a node's output into writes: to the state, along an edge, through a branch. */
export type NodeWriter = (output: unknown, context: WriteContext) => void | Promise<void>;

/** Calls the node's function; the only thing between the loop and a user's code. */
export type NodeFunction = (input: unknown, config: LangGraphRunnableConfig) => unknown;

/** Input key → channel; one channel name when the input is that channel's value; in a list, the first that has one. */
export type NodeChannels = string | readonly string[] | Readonly<Record<string, string>>;

export interface PregelNodeFields extends NodePolicies {
  channels: NodeChannels;
  /** The channels whose change makes the node run. */
  triggers: string[];
  run?: NodeFunction;
  writers?: NodeWriter[];
  mapper?: ((input: never) => unknown) | undefined;
  tags?: string[];
  metadata?: Record<string, unknown>;
  /** Graphs that this node calls. */
  subgraphs?: unknown[];
  /** The runnable a node was declared with: drawing shows it. */
  bound?: unknown;
  isErrorHandler?: boolean;
  /** Runs when this node has failed for good. */
  errorHandlerNode?: string | undefined;
  /** See `PregelNode.settlingTurns`. */
  settlingTurns?: number;
}

/** A node of a compiled graph: a record of how its input is read, what runs, and how its output is written. */
export class PregelNode {
  readonly lg_is_pregel_node = true;
  channels: NodeChannels;
  triggers: string[];
  run: NodeFunction;
  writers: NodeWriter[];
  mapper: ((input: never) => unknown) | undefined;
  tags: string[];
  metadata: Record<string, unknown>;
  subgraphs: unknown[];
  bound: unknown;
  isErrorHandler: boolean;
  errorHandlerNode: string | undefined;
  /**
   * Turns of the microtask queue between the node's return and its commit, counted from the quickest node of the step. Tasks
   * that end together are committed in the order in which upstream's writers get through: streams show it.
   */
  settlingTurns: number;
  retryPolicy: NodePolicies["retryPolicy"];
  cachePolicy: NodePolicies["cachePolicy"];
  timeout: NodePolicies["timeout"];
  tracePolicy: NodePolicies["tracePolicy"];

  constructor(fields: PregelNodeFields) {
    this.channels = fields.channels;
    this.triggers = fields.triggers;
    this.run = fields.run ?? passThrough;
    this.writers = fields.writers ?? [];
    this.mapper = fields.mapper;
    this.tags = fields.tags ?? [];
    this.metadata = fields.metadata ?? {};
    this.subgraphs = fields.subgraphs ?? [];
    this.bound = fields.bound;
    this.isErrorHandler = fields.isErrorHandler ?? false;
    this.errorHandlerNode = fields.errorHandlerNode;
    this.settlingTurns = fields.settlingTurns ?? 0;
    this.retryPolicy = fields.retryPolicy;
    this.cachePolicy = fields.cachePolicy;
    this.timeout = fields.timeout;
    this.tracePolicy = fields.tracePolicy;
  }
}

function passThrough(input: unknown): unknown {
  return input;
}
