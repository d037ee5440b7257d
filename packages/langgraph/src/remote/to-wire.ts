import { isCommand, type Send } from "@heddle/engine";
import type { Config, Dict, Command as WireCommand } from "@heddle/sdk";
import { isBaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";

const NOT_SENT = new Set(["thread_id", "checkpoint_id", "checkpoint_ns", "checkpoint_map"]);

/** What a run is given, as the server reads it: a command, or input whose messages are plain. */
export function toRunInput(input: unknown): { command: WireCommand } | { input: Dict | null } {
  if (!isCommand(input)) return { input: (toPlain(input) ?? null) as Dict | null };
  const { resume, update, goto } = input;
  const command: Record<string, unknown> = {};
  if (resume !== undefined) command.resume = toPlain(resume);
  if (update !== undefined) command.update = toPlain(update);
  const targets = [goto ?? []].flat().map((target) => (typeof target === "string" ? target : toWireSend(target)));
  if (targets.length > 0) command.goto = targets;
  return { command: command as WireCommand };
}

function toWireSend({ node, args }: Send): { node: string; input: unknown } {
  return { node, input: toPlain(args) };
}

/** The config without what belongs to this process: callbacks, the engine's own keys, the thread, the place in a local graph. */
export function toWireConfig({ tags, metadata, configurable = {}, recursionLimit }: RunnableConfig): Config {
  const sent = Object.entries(configurable).filter(([key]) => !key.startsWith("__pregel_") && !NOT_SENT.has(key));
  return {
    tags: tags ?? [],
    metadata: toPlain(metadata ?? {}),
    configurable: toPlain(Object.fromEntries(sent)) as Dict,
    recursion_limit: recursionLimit,
  };
}

/** A copy that JSON can hold: messages by their fields, no functions, `[Circular]` where a value contains itself. */
export function toPlain(value: unknown, above: readonly object[] = []): unknown {
  if (typeof value === "function" || typeof value === "symbol" || value === undefined) return undefined;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value)) return "[Circular]";
  const inside = [...above, value];
  if (isBaseMessage(value)) {
    const { data } = value.toDict();
    return toPlain({ ...data, type: value.getType() }, inside);
  }
  if (Array.isArray(value)) return value.map((item) => toPlain(item, inside) ?? null);
  if ("toJSON" in value && typeof value.toJSON === "function") return toPlain(value.toJSON(), inside);
  const fields = Object.entries(value).map(([key, item]) => [key, toPlain(item, inside)] as const);
  return Object.fromEntries(fields.filter(([, item]) => item !== undefined));
}
