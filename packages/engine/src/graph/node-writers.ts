import type { PendingWrite } from "@heddle/checkpoint";
import { InvalidUpdateError, ParentCommand } from "../errors.ts";
import { type Command, gotoTargets, isCommand, isSend, type Send } from "../runtime/command.ts";
import { branchChannel, END, PARENT, ROOT, TASKS } from "../runtime/constants.ts";
import type { StateValidator } from "../state/validate-state.ts";
import type { NodeWriter } from "../step/pregel-node.ts";

/** Writes a node's output to the state, key by key; keys that are not state are dropped. */
export function stateWriter(node: string, keys: ReadonlySet<string>, validate?: StateValidator): NodeWriter {
  const isRoot = keys.size === 1 && keys.has(ROOT);
  const collect = isRoot ? rootWrites : recordWrites;
  if (validate === undefined) {
    return (output, { writes }) => {
      for (const update of updatesOf(output)) collect(node, update, keys, writes);
    };
  }
  return async (output, { writes }) => {
    for (const update of updatesOf(output)) collect(node, await validated(update, validate), keys, writes);
  };
}

/** One output may hold several updates: a list with commands among its items. */
function updatesOf(output: unknown): unknown[] {
  return Array.isArray(output) && output.some(isCommand) ? output : [output];
}

async function validated(update: unknown, validate: StateValidator): Promise<unknown> {
  if (!isCommand(update)) return validate(update);
  const tuples = update._updateAsTuples();
  if (tuples.length === 0 || update.graph === PARENT) return update;
  const result = await validate(Object.fromEntries(tuples));
  const fields = Object.entries(result as object);
  return Object.assign(Object.create(Object.getPrototypeOf(update)), update, { update: fields });
}

function commandWrites(command: Command): PendingWrite[] {
  if (command.graph === PARENT) throw new ParentCommand(command);
  return command._updateAsTuples();
}

function recordWrites(node: string, update: unknown, keys: ReadonlySet<string>, writes: PendingWrite[]): void {
  if (!update || isSend(update)) return;
  if (isCommand(update)) {
    for (const write of commandWrites(update)) if (keys.has(write[0])) writes.push(write);
    return;
  }
  if (typeof update !== "object" || Array.isArray(update)) {
    if (Array.isArray(update) && update.length > 0 && update.every(isSend)) return;
    throw invalidReturn(node, update);
  }
  for (const key in update) {
    if (keys.has(key) && Object.hasOwn(update, key)) writes.push([key, (update as Record<string, unknown>)[key]]);
  }
}

function rootWrites(_node: string, update: unknown, _keys: ReadonlySet<string>, writes: PendingWrite[]): void {
  if (update === undefined || update === null || isSend(update)) return;
  if (isCommand(update)) {
    for (const write of commandWrites(update))
      writes.push(write[0] === ROOT ? write : [ROOT, { [write[0]]: write[1] }]);
  } else {
    writes.push([ROOT, update]);
  }
}

function invalidReturn(node: string, update: unknown): InvalidUpdateError {
  const received = Array.isArray(update) ? "array" : typeof update;
  return new InvalidUpdateError(
    `Expected node "${node}" to return an object or an array containing at least one Command object, received ${received}`,
    { lc_error_code: "INVALID_GRAPH_NODE_RETURN_VALUE" },
  );
}

/** Static edges: the same writes whatever the node returned. */
export function edgeWriter(edges: readonly PendingWrite[]): NodeWriter {
  return (_output, { writes }) => {
    writes.push(...edges);
  };
}

/** Where the commands and packets in a node's output go. */
export function controlWriter(source: string, isNode: (name: string) => boolean): NodeWriter {
  return (output, { writes }) => {
    if (typeof output !== "object" || output === null) return;
    for (const item of Array.isArray(output) ? output : [output]) {
      if (isSend(item)) writes.push(toWrite(source, item, isNode));
      else if (isCommand(item)) for (const target of gotoTargets(item)) writeTarget(source, target, isNode, writes);
    }
  };
}

/** One destination as a write; `END` is none. A name that is no node's has no channel, so its write is lost, as upstream's. */
export function writeTarget(
  source: string,
  target: string | Send,
  isNode: (name: string) => boolean,
  writes: PendingWrite[],
): void {
  if (target !== END) writes.push(toWrite(source, target, isNode));
}

function toWrite(source: string, target: string | Send, isNode: (name: string) => boolean): PendingWrite {
  if (!isSend(target)) return [branchChannel(target), source];
  if (target.node === END) throw new InvalidUpdateError("Cannot send a packet to the END node");
  if (!isNode(target.node)) throw new InvalidUpdateError(`Invalid node name "${target.node}" in Send packet`);
  return [TASKS, target];
}
