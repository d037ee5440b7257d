/**
 * A list of texts that is another list with some after it, stored as what was added: a conversation of N messages is kept in
 * O(N) bytes instead of O(N²).
 */
export class AppendedList {
  readonly #before: AppendedList | undefined;
  readonly #added: readonly string[];
  readonly #length: number;

  private constructor(before: AppendedList | undefined, added: readonly string[]) {
    this.#before = before;
    this.#added = added;
    this.#length = (before === undefined ? 0 : before.#length) + added.length;
  }

  /** The texts by what they add to an earlier list, if they begin as it does. */
  static of(texts: readonly string[], earlier: AppendedList | undefined): AppendedList {
    if (earlier === undefined || !earlier.#begins(texts)) return new AppendedList(undefined, texts);
    if (earlier.#length === texts.length) return earlier;
    return new AppendedList(earlier, texts.slice(earlier.#length));
  }

  texts(): string[] {
    const texts = new Array<string>(this.#length);
    let end = this.#length;
    for (let at: AppendedList | undefined = this; at !== undefined; at = at.#before) {
      end -= at.#added.length;
      for (const [i, text] of at.#added.entries()) texts[end + i] = text;
    }
    return texts;
  }

  /** What each of the lists has added, the last one first. */
  *pieces(): Generator<readonly string[]> {
    for (let at: AppendedList | undefined = this; at !== undefined; at = at.#before) yield at.#added;
  }

  #begins(texts: readonly string[]): boolean {
    if (this.#length === 0 || this.#length > texts.length) return false;
    let end = this.#length;
    for (let at: AppendedList | undefined = this; at !== undefined; at = at.#before) {
      end -= at.#added.length;
      for (let i = 0; i < at.#added.length; i++) if (at.#added[i] !== texts[end + i]) return false;
    }
    return true;
  }
}
