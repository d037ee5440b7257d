/**
 * A value out of a graph as plain JSON data. Messages of `@langchain/core` become the flat dicts of the wire
 * (`{type, content, id, …}`); they are recognised by their shape, since every user brings a copy of core of their own.
 * What is plain already is returned as it is, not copied.
 */
export function toJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? String(value) : value;
  if (Array.isArray(value)) return mapArray(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) return mapObject(value as Record<string, unknown>);
  if (isMessage(value)) return messageToJson(value);
  return instanceToJson(value);
}

/** `toJson` as text. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(toJson(value)) ?? "null";
}

function mapArray(array: unknown[]): unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < array.length; index++) {
    const before = array[index];
    const after = toJson(before);
    if (after === before) continue;
    copy ??= array.slice();
    copy[index] = after;
  }
  return copy ?? array;
}

function mapObject(object: Record<string, unknown>): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(object)) {
    const before = object[key];
    const after = toJson(before);
    if (after === before) continue;
    copy ??= { ...object };
    copy[key] = after;
  }
  return copy ?? object;
}

function instanceToJson(value: object): unknown {
  if (value instanceof Error) return { error: value.name, message: value.message };
  if (value instanceof Map) return mapObject(Object.fromEntries(value));
  if (value instanceof Set) return mapArray([...value]);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return toJson(toJSON.call(value));
  return mapObject({ ...value });
}

interface MessageShape {
  content: unknown;
  getType(): string;
  lc_kwargs?: Record<string, unknown>;
  [key: string]: unknown;
}

/** What a message of any class carries to the wire, beside `type` and `content`. */
const MESSAGE_KEYS = [
  "id",
  "name",
  "additional_kwargs",
  "response_metadata",
  "tool_calls",
  "invalid_tool_calls",
  "tool_call_chunks",
  "usage_metadata",
  "tool_call_id",
  "status",
  "artifact",
  "metadata",
] as const;

/** True for what is a message by its shape. */
export function isMessage(value: unknown): value is MessageShape {
  if (typeof value !== "object" || value === null || !("content" in value)) return false;
  return typeof (value as { getType?: unknown }).getType === "function" && "response_metadata" in value;
}

function messageToJson(message: MessageShape): Record<string, unknown> {
  const type = message.getType();
  const json: Record<string, unknown> = { content: toJson(message.content) };
  for (const key of MESSAGE_KEYS) {
    const value = message[key];
    if (value !== undefined) json[key] = toJson(value);
  }
  if (type === "generic") json.role = message.role;
  if (type === "ai") {
    json.name ??= null;
    json.usage_metadata ??= null;
  }
  json.type = type;
  return json;
}
