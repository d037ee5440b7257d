import { Recent } from "@heddle/backend";
import type { Connection } from "./connection.ts";

/** How a checkpoint holds a value: its text, or where the text is stored. Lists are stored without the closing bracket. */
export type StoredValue = string | [valueId: number, length: number, isList: 0 | 1];

/** Channel → value, of one checkpoint. */
export type StoredValues = Map<string, StoredValue>;

export function toStoredValues(json: string): StoredValues {
  const values: Record<string, StoredValue> = JSON.parse(json);
  return new Map(Object.entries(values));
}

/** Shorter texts are written into each checkpoint that has them; longer ones once. */
const MAX_INLINE_LENGTH = 256;
/** Of the texts of lists kept in memory, in characters. */
const MAX_KEPT_LENGTH = 8_000_000;

/**
 * The texts of large channel values. A value is written once and named by all checkpoints, forks and thread copies that have
 * it. A list that begins as the one before it is stored as its new end only: a value is a chain of pieces, and each version
 * of the list is the chain up to a certain length. So N messages cost O(N) bytes, and any version is one query.
 *
 * To see that a list begins as the one before, the text of the latest is kept in memory. Without it (after a restart, or
 * with too many threads) a whole list is written once more. Likewise when a fork has appended to the same list already.
 */
export class ChannelValues {
  readonly #connection: Connection;
  /** Value id → text so far, of lists. */
  readonly #lists = new Recent<string>(MAX_KEPT_LENGTH);
  #lastId: number;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#lastId = connection.database.get<[number | null]>("SELECT max(value_id) FROM channel_values")?.[0] ?? 0;
  }

  /** Stores the text of a value, within a transaction. `previous` is what the channel held before. */
  store(family: number, text: string, previous: StoredValue | undefined): StoredValue {
    if (text.length <= MAX_INLINE_LENGTH) return text;
    if (!text.startsWith("[")) return [this.#insert(family, text), text.length, 0];
    const body = text.slice(0, -1);
    const valueId = this.#append(family, body, previous) ?? this.#insert(family, body);
    this.#lists.set(String(valueId), body, body.length);
    return [valueId, body.length, 1];
  }

  /** The texts of the values of one checkpoint. */
  load(values: StoredValues): Map<string, string> {
    const texts = new Map<string, string>();
    const stored: [channel: string, valueId: number, length: number, isList: 0 | 1][] = [];
    for (const [channel, value] of values) {
      if (typeof value === "string") texts.set(channel, value);
      else stored.push([channel, ...value]);
    }
    if (stored.length === 0) return texts;
    const rows = this.#connection.database.all<[string | null]>(LOAD, [JSON.stringify(stored)]);
    for (const [index, [channel, valueId, length, isList]] of stored.entries()) {
      const text = rows[index]?.[0];
      if (text?.length !== length) throw new Error(`Value ${valueId} of channel "${channel}" is damaged or gone.`);
      texts.set(channel, isList === 1 ? `${text}]` : text);
      if (isList === 1) this.#lists.set(String(valueId), text, text.length);
    }
    return texts;
  }

  /** Removes what of a value lies beyond the length that is still used; within a transaction. */
  cut(valueId: number, usedLength: number): void {
    this.#lists.delete(String(valueId));
    this.#connection.database.run("DELETE FROM channel_values WHERE value_id = ? AND start >= ?", [
      valueId,
      usedLength,
    ]);
  }

  /** Removes all values of a family of threads; within a transaction. */
  deleteFamily(family: number): void {
    this.#connection.database.run("DELETE FROM channel_values WHERE family = ?", [family]);
  }

  /** Drops what is kept in memory. */
  forget(): void {
    this.#lists.clear();
  }

  #append(family: number, body: string, previous: StoredValue | undefined): number | undefined {
    if (previous === undefined || typeof previous === "string" || previous[2] === 0) return undefined;
    const [valueId, length] = previous;
    const before = this.#lists.get(String(valueId))?.slice(0, length);
    if (before?.length !== length || !body.startsWith(before)) return undefined;
    if (body.length === length) return valueId;
    if (body[length] !== ",") return undefined;
    const isAppended = this.#connection.database.run(
      "INSERT OR IGNORE INTO channel_values (value_id, start, family, text) VALUES (?, ?, ?, ?)",
      [valueId, length, family, body.slice(length)],
    );
    return isAppended === 1 ? valueId : undefined;
  }

  #insert(family: number, text: string): number {
    const valueId = ++this.#lastId;
    this.#connection.database.run("INSERT INTO channel_values (value_id, start, family, text) VALUES (?, 0, ?, ?)", [
      valueId,
      family,
      text,
    ]);
    return valueId;
  }
}

const LOAD = `SELECT (SELECT group_concat(v.text, '' ORDER BY v.start) FROM channel_values v
    WHERE v.value_id = wanted.value ->> 1 AND v.start < wanted.value ->> 2)
  FROM json_each(?) wanted ORDER BY wanted.key`;
