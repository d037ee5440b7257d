import { PARENT, ROOT } from "./constants.ts";
import { normalizeTimeout, type TimeoutPolicy } from "./timeout-policy.ts";

// Send and Command share this file because each may contain the other.

/** A packet as it looks in a checkpoint. */
export interface SendInterface<Node extends string = string, Args = unknown> {
  node: Node;
  args: Args;
  timeout?: TimeoutPolicy;
}

export interface SendOptions {
  /** Milliseconds, or a policy; overrides the node's own. */
  timeout?: number | TimeoutPolicy;
}

/**
 * Runs a node in the next superstep with an input of its own; many packets for one node run side by side.
 *
 * @example return items.map((item) => new Send("work", { item }))
 */
// biome-ignore lint/suspicious/noExplicitAny: the input of a node is whatever that node takes
export class Send<Node extends string = string, Args = any> implements SendInterface<Node, Args> {
  lg_name = "Send";
  node: Node;
  args: Args;
  timeout?: TimeoutPolicy;

  constructor(node: Node, args: Args, options?: SendOptions) {
    this.node = node;
    this.args = reviveCommands(args) as Args;
    const timeout = normalizeTimeout(options?.timeout);
    if (timeout !== undefined) this.timeout = timeout;
  }

  toJSON(): { lg_name: string; node: Node; args: Args; timeout: TimeoutPolicy | undefined } {
    return { lg_name: this.lg_name, node: this.node, args: this.args, timeout: this.timeout };
  }
}

/** Brands a class as a command for the type checker. */
export const COMMAND_SYMBOL: unique symbol = Symbol.for("langgraph.command");

export interface CommandParams<Resume = unknown, Update = Record<string, unknown>, Nodes extends string = string> {
  lg_name?: "Command";
  /** Answers an interrupt: one value, or a map from interrupt ids to values. */
  resume?: Resume;
  /** Whose state to update and where to go: this graph, or `Command.PARENT`. */
  graph?: string;
  update?: Update | [string, unknown][];
  // biome-ignore lint/suspicious/noExplicitAny: the input of a node is whatever that node takes
  goto?: Nodes | SendInterface<Nodes, any> | (Nodes | SendInterface<Nodes, any>)[];
}

/** The structural base of `Command`. */
export class CommandInstance<Resume = unknown, Update = Record<string, unknown>, Nodes extends string = string> {
  [COMMAND_SYMBOL]: CommandParams<Resume, Update, Nodes>;

  constructor(args: CommandParams<Resume, Update, Nodes>) {
    this[COMMAND_SYMBOL] = args;
  }
}

/**
 * Updates the state and decides where to go, both at once; as input, answers interrupts.
 *
 * @example return new Command({ update: { weight: 3 }, goto: "light" })
 */
export class Command<
  Resume = unknown,
  Update extends Record<string, unknown> = Record<string, unknown>,
  Nodes extends string = string,
> extends CommandInstance<Resume, Update, Nodes> {
  readonly lg_name = "Command";
  /** Tools may return a command; core then leaves it unwrapped. */
  lc_direct_tool_output = true;
  graph?: string;
  update?: Update | [string, unknown][];
  resume?: Resume;
  goto?: Nodes | Send<Nodes> | (Nodes | Send<Nodes>)[];

  static PARENT: string = PARENT;

  constructor(args: Omit<CommandParams<Resume, Update, Nodes>, "lg_name">) {
    super(args);
    if (args.resume !== undefined) this.resume = args.resume;
    if (args.graph !== undefined) this.graph = args.graph;
    if (args.update !== undefined) this.update = args.update;
    const goto = args.goto === undefined || args.goto === null ? [] : args.goto;
    this.goto = (Array.isArray(goto) ? goto : [goto]).map((target) =>
      isSendLike(target) && !isSend(target) ? new Send(target.node as Nodes, target.args) : target,
    ) as (Nodes | Send<Nodes>)[];
  }

  /** The update as channel writes; a value that is neither record nor list of pairs goes to the root channel. */
  _updateAsTuples(): [string, unknown][] {
    const { update } = this;
    if (Array.isArray(update) && update.every((pair) => Array.isArray(pair) && pair.length === 2)) return update;
    if (update !== null && typeof update === "object" && !Array.isArray(update)) return Object.entries(update);
    return update === undefined || update === null ? [] : [[ROOT, update]];
  }

  toJSON(): { lg_name: string; update: unknown; resume: Resume | undefined; goto: unknown } {
    const targets = Array.isArray(this.goto) ? this.goto : [this.goto];
    const goto = targets.map((target) => (isSend(target) ? target.toJSON() : target));
    return { lg_name: this.lg_name, update: this.update, resume: this.resume, goto };
  }
}

/** Whether a value is a command, of this or another copy of the package. Look-alikes from JSON do not count. */
export function isCommand(value: unknown): value is Command {
  if (typeof value !== "object" || value === null || !("lg_name" in value) || value.lg_name !== "Command") return false;
  return Object.getPrototypeOf(value) !== Object.prototype;
}

/** Whether a value is a packet, of this or another copy of the package. */
export function isSend(value: unknown): value is Send {
  return typeof value === "object" && value !== null && "lg_name" in value && value.lg_name === "Send";
}

/** A packet, or what remained of one in a checkpoint. */
export function isSendLike(value: unknown): value is SendInterface {
  if (isSend(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return "node" in value && typeof value.node === "string" && "args" in value;
}

/** The targets of a command as a list. */
export function gotoTargets(command: Command): (string | Send)[] {
  const { goto } = command;
  if (goto === undefined) return [];
  return Array.isArray(goto) ? goto : [goto];
}

/**
 * Revives records which look like a Command or Send (they crossed a JSON border) inside plain arrays and objects.
 * Class instances stay untouched, circles stay circles, and data without look-alikes is returned uncopied.
 */
function reviveCommands(value: unknown, seen: Map<object, unknown> = new Map()): unknown {
  if (value === null || typeof value !== "object") return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) return reviveEntries(value, [], seen);
  if (Object.getPrototypeOf(value) !== Object.prototype || "lc_serializable" in value) return value;
  if ("lg_name" in value && value.lg_name === "Command") return new Command(value as CommandParams as never);
  if ("lg_name" in value && value.lg_name === "Send" && isSendLike(value)) return new Send(value.node, value.args);
  return reviveEntries(value, {}, seen);
}

function reviveEntries(value: object, copy: object, seen: Map<object, unknown>): object {
  seen.set(value, copy);
  let isChanged = false;
  for (const [key, item] of Object.entries(value)) {
    const revived = reviveCommands(item, seen);
    if (revived !== item) isChanged = true;
    Object.defineProperty(copy, key, { value: revived, writable: true, enumerable: true, configurable: true });
  }
  if (isChanged) return copy;
  seen.set(value, value);
  return value;
}
