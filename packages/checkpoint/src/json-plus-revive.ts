import { DeltaSnapshot } from "./delta-snapshot.ts";

/** A message class by its name, e.g. `HumanMessage`. Its constructor takes the stored fields. */
// biome-ignore lint/suspicious/noExplicitAny: the constructors of core's messages each take fields of their own
export type MessageClasses = Record<string, new (fields: any) => unknown>;

/**
 * Revives the tagged records in freshly parsed JSON, in place. Only this closed set of kinds and the given message classes
 * are ever constructed, whatever the text says: everything else stays data.
 */
export function revive(value: unknown, classes: MessageClasses): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = revive(value[i], classes);
    return value;
  }
  const record = value as Record<string, unknown>;
  // JSON.parse makes own properties of every key, "__proto__" included, so assigning to them never reaches a prototype.
  for (const key of Object.keys(record)) record[key] = revive(record[key], classes);
  if (record.lc === 2) return reviveBuiltin(record);
  if (record.lc === 1 && record.type === "constructor") return reviveSerializable(record, classes);
  return record;
}

function reviveBuiltin(record: Record<string, unknown>): unknown {
  if (record.type === "undefined") return undefined;
  if (record.type !== "constructor" || !Array.isArray(record.id)) return record;
  const args: unknown[] = Array.isArray(record.args) ? record.args : [];
  const first = args[0];
  switch (record.id.at(-1)) {
    case "Set":
      return Array.isArray(first) ? new Set(first) : record;
    case "Map":
      return isEntries(first) ? new Map(first) : record;
    case "RegExp":
      return typeof first === "string" ? (reviveRegExp(first, args[1]) ?? record) : record;
    case "Error":
      return new Error(String(first ?? ""));
    case "Uint8Array":
      return Array.isArray(first) ? Uint8Array.from(first) : record;
    case "BigInt":
      return typeof first === "string" && /^-?\d+$/.test(first) ? BigInt(first) : record;
    case "DeltaSnapshot":
      return new DeltaSnapshot(first);
    default:
      return record;
  }
}

function isEntries(value: unknown): value is [unknown, unknown][] {
  return Array.isArray(value) && value.every((entry) => Array.isArray(entry) && entry.length === 2);
}

function reviveRegExp(source: string, flags: unknown): RegExp | undefined {
  try {
    return new RegExp(source, typeof flags === "string" ? flags : "");
  } catch {
    return undefined;
  }
}

function reviveSerializable(record: Record<string, unknown>, classes: MessageClasses): unknown {
  const id = record.id;
  const kwargs = record.kwargs;
  if (!Array.isArray(id) || kwargs === null || typeof kwargs !== "object") return record;
  const name = String(id.at(-1));
  const MessageClass = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (MessageClass !== undefined) return new MessageClass(kwargs);
  return isMessageName(name) ? { ...kwargs, type: flatType(name, kwargs) } : record;
}

const FLAT_TYPES: Readonly<Record<string, string>> = {
  HumanMessage: "human",
  AIMessage: "ai",
  SystemMessage: "system",
  ToolMessage: "tool",
  FunctionMessage: "function",
  RemoveMessage: "remove",
  ChatMessage: "generic",
};

function isMessageName(name: string): boolean {
  return name.endsWith("Message") || name.endsWith("MessageChunk");
}

function flatType(name: string, kwargs: object): string {
  if ("type" in kwargs && typeof kwargs.type === "string") return kwargs.type;
  return (Object.hasOwn(FLAT_TYPES, name) ? FLAT_TYPES[name] : undefined) ?? name;
}
