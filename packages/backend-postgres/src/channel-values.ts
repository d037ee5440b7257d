import { Recent } from "@heddle/backend";
import type { Database } from "./database.ts";
import type { StoredValue, StoredValues } from "./stored-value.ts";

/** A part of a value, to be written. */
export interface Piece {
  valueId: number;
  startsAt: number;
  text: string;
}

/** Shorter texts are written into each checkpoint that has them; longer ones once. */
const MAX_INLINE_LENGTH = 256;
/** Of the texts of lists kept in memory, in characters. */
const MAX_KEPT_LENGTH = 8_000_000;
/** How many value ids a process takes at a time. */
const BLOCK_SIZE = 1000;

/**
 * The texts of large channel values. A value is written once and named by all checkpoints, forks and thread copies that have
 * it. A list that begins as the one before it is stored as its new end only: a value is a chain of pieces, and each version
 * of the list is the chain up to a certain length. So N messages cost O(N) bytes, and any version is one query.
 *
 * To see that a list begins as the one before, the text of the latest is kept in memory, also by reading it. Without it a whole
 * list is written once more. Likewise when a fork has appended to the same list already: then the database refuses the piece,
 * and the checkpoint is put again without appending.
 */
export class ChannelValues {
  readonly #database: Database;
  /** Value id → text so far, of lists. */
  readonly #lists = new Recent<string>(MAX_KEPT_LENGTH);
  /** Ids that are free. */
  readonly #blocks: { next: number; end: number }[] = [];
  #refill: Promise<void> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether `store` has ids for so many values; if not, `prepare` first. */
  hasIds(count: number): boolean {
    return this.#blocks.reduce((sum, { next, end }) => sum + end - next, 0) >= count;
  }

  /** Takes ids for so many values; rarely a round trip. */
  async prepare(count: number): Promise<void> {
    while (!this.hasIds(count)) {
      this.#refill ??= this.#takeBlock().finally(() => {
        this.#refill = undefined;
      });
      await this.#refill;
    }
  }

  /** Where the text of a value goes. `previous` is what the channel held before; undefined to write the value whole. */
  store(text: string, previous: StoredValue | undefined, pieces: Piece[]): StoredValue {
    if (text.length <= MAX_INLINE_LENGTH) return text;
    if (!text.startsWith("[")) return [this.#add(text, pieces), text.length, 0];
    const body = text.slice(0, -1);
    const valueId = this.#append(body, previous, pieces) ?? this.#add(body, pieces);
    this.#lists.set(String(valueId), body, body.length);
    return [valueId, body.length, 1];
  }

  /** The texts of the values of one checkpoint, given those of the values that are stored apart, in their order. */
  restore(values: StoredValues, apart: readonly (string | null)[]): Map<string, string> {
    const texts = new Map<string, string>();
    let index = 0;
    for (const [channel, value] of values) {
      if (typeof value === "string") {
        texts.set(channel, value);
        continue;
      }
      const [valueId, length, isList] = value;
      const text = apart[index++];
      if (text?.length !== length) throw new Error(`Value ${valueId} of channel "${channel}" is damaged or gone.`);
      texts.set(channel, isList === 1 ? `${text}]` : text);
      if (isList === 1) this.#keep(String(valueId), text);
    }
    return texts;
  }

  /** What is kept in memory of these values may not be in the database. */
  forget(values: StoredValues): void {
    for (const value of values.values()) if (typeof value !== "string") this.#lists.delete(String(value[0]));
  }

  /** Of a list that is kept already, an older version says nothing new. */
  #keep(valueId: string, text: string): void {
    if (this.#lists.get(valueId)?.startsWith(text) !== true) this.#lists.set(valueId, text, text.length);
  }

  #append(body: string, previous: StoredValue | undefined, pieces: Piece[]): number | undefined {
    if (previous === undefined || typeof previous === "string" || previous[2] === 0) return undefined;
    const [valueId, length] = previous;
    const before = this.#lists.get(String(valueId))?.slice(0, length);
    if (before?.length !== length || !body.startsWith(before)) return undefined;
    if (body.length === length) return valueId;
    if (body[length] !== ",") return undefined;
    pieces.push({ valueId, startsAt: length, text: body.slice(length) });
    return valueId;
  }

  #add(text: string, pieces: Piece[]): number {
    const [block] = this.#blocks;
    if (block === undefined) throw new Error("Value ids were not prepared.");
    const valueId = block.next++;
    if (block.next === block.end) this.#blocks.shift();
    pieces.push({ valueId, startsAt: 0, text });
    return valueId;
  }

  async #takeBlock(): Promise<void> {
    const sql = "SELECT nextval('heddle.value_id_blocks') AS block";
    const { block } = await this.#database.queryOne<{ block: number }>(sql);
    this.#blocks.push({ next: block * BLOCK_SIZE, end: (block + 1) * BLOCK_SIZE });
  }
}
