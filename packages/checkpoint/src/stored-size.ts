import { AppendedList } from "./appended-list.ts";
import type { Stored } from "./checkpoint-writes.ts";

const encoder = new TextEncoder();

/** Adds up what texts take as UTF-8; of values that are shared each counts once. */
export class StoredSize {
  readonly #seen = new Set<unknown>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  addText(text: string): void {
    this.#bytes += encoder.encode(text).length;
  }

  /** A text that is appended to counts by its pieces. */
  addValue(stored: Stored): void {
    if (Array.isArray(stored)) {
      const [type, data] = stored;
      if (this.#isNew(stored)) this.#bytes += data.length;
      if (this.#isNew(type)) this.addText(type);
    } else if (stored instanceof AppendedList) {
      for (const texts of stored.pieces()) if (this.#isNew(texts)) for (const text of texts) this.addText(text);
    } else {
      let at = stored;
      for (; typeof at !== "string"; at = at.before) if (this.#isNew(at)) this.addText(at.added);
      if (this.#isNew(at)) this.addText(at);
    }
  }

  #isNew(piece: unknown): boolean {
    const isNew = !this.#seen.has(piece);
    this.#seen.add(piece);
    return isNew;
  }
}
