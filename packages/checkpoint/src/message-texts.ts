import type { Serializer } from "./serializer.ts";

const MAX_REMEMBERED = 4096;

/** A message of `@langchain/core`, by what its JSON is made of. */
interface Message {
  readonly lc_kwargs: Record<string, unknown>;
}

interface Remembered {
  readonly text: string;
  /** What the text was made of: a copy, that the message's owner cannot reach. */
  readonly fields: Record<string, unknown>;
}

/**
 * The texts of messages, made once for each message and not once for each list it is in. A message may be changed in place: its
 * text is used again only while all it was made of is still the same, compared field by field. That is several times quicker than
 * making the text, and exact.
 */
export class MessageTexts {
  readonly #serializer: Serializer;
  #remembered = new WeakMap<Message, Remembered>();
  /** What was remembered before. The table of a weak map never shrinks; two that take turns stay small. */
  #former = new WeakMap<Message, Remembered>();
  #count = 0;

  constructor(serializer: Serializer) {
    this.#serializer = serializer;
  }

  /** A text for each message of a list; undefined when it is no list of messages. */
  textsOf(list: unknown): string[] | undefined {
    if (!Array.isArray(list) || list.length === 0 || !list.every(isMessage)) return undefined;
    return list.map((message) => this.#textOf(message));
  }

  /** New messages from their texts. */
  parse(texts: readonly string[]): unknown[] {
    return texts.map((text) => {
      const message = this.#serializer.parse(text);
      if (isMessage(message)) this.#remember(message, text);
      return message;
    });
  }

  #textOf(message: Message): string {
    const known = this.#remembered.get(message) ?? this.#former.get(message);
    if (known !== undefined && isStill(message, known.fields)) return known.text;
    const text = this.#serializer.stringify(message);
    this.#remember(message, text);
    return text;
  }

  #remember(message: Message, text: string): void {
    const fields = copyOf(fieldsOf(message));
    if (fields === undefined) return;
    if (this.#count++ === MAX_REMEMBERED) {
      this.#former = this.#remembered;
      this.#remembered = new WeakMap();
      this.#count = 0;
    }
    this.#remembered.set(message, { text, fields: fields as Record<string, unknown> });
  }
}

/** Messages of core, whose JSON is made of their constructor's fields; not other things that can be serialized. */
function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null || !("lc_kwargs" in value) || !("lc_namespace" in value))
    return false;
  const { lc_namespace: namespace, lc_kwargs } = value;
  return (
    typeof lc_kwargs === "object" &&
    lc_kwargs !== null &&
    Array.isArray(namespace) &&
    namespace.length === 2 &&
    namespace[0] === "langchain_core" &&
    namespace[1] === "messages"
  );
}

/** What core's `toJSON` reads: each constructor field, as it is now. */
function fieldsOf(message: Message): Record<string, unknown> {
  const current = message as unknown as Record<string, unknown>;
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(message.lc_kwargs))
    fields[key] = key in current ? current[key] : message.lc_kwargs[key];
  return fields;
}

/** Whether `fieldsOf(message)` would give the same again. */
function isStill(message: Message, fields: Record<string, unknown>): boolean {
  const current = message as unknown as Record<string, unknown>;
  const { lc_kwargs } = message;
  let count = 0;
  for (const key in fields) {
    if (!(key in lc_kwargs) || !isSame(fields[key], key in current ? current[key] : lc_kwargs[key])) return false;
    count += 1;
  }
  for (const _ in lc_kwargs) count -= 1;
  return count === 0;
}

/** A deep copy of plain data; undefined when there is something else in it. */
function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const copy = value.map(copyOf);
    return copy.some((item, i) => item === undefined && value[i] !== undefined) ? undefined : copy;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    const copied = copyOf(item);
    if (copied === undefined && item !== undefined) return undefined;
    copy[key] = copied;
  }
  return copy;
}

/** Whether plain data equals its copy, keys in their order included. */
function isSame(copy: unknown, value: unknown): boolean {
  if (copy === value) return true;
  if (typeof copy !== "object" || typeof value !== "object" || copy === null || value === null) return false;
  if (Array.isArray(copy)) {
    return Array.isArray(value) && copy.length === value.length && copy.every((item, i) => isSame(item, value[i]));
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  const keys = Object.keys(copy);
  const now = Object.keys(value);
  if (keys.length !== now.length) return false;
  return keys.every(
    (key, i) =>
      key === now[i] && isSame((copy as Record<string, unknown>)[key], (value as Record<string, unknown>)[key]),
  );
}
