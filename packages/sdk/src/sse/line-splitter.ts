/** Cuts text that comes in pieces into lines that end in \n, \r or \r\n. */
export class LineSplitter {
  /** The begun line, in the pieces it came in: a long line is joined once, not once per piece. */
  #begun: string[] = [];
  #endedInReturn = false;

  /** The lines that this piece completes. */
  push(text: string): string[] {
    if (text === "") return [];
    // The \n of a \r\n that was cut in two; its line went out with the \r.
    let from = this.#endedInReturn && text[0] === "\n" ? 1 : 0;
    this.#endedInReturn = text.endsWith("\r");
    const lines: string[] = [];
    const end = /\r\n|\n|\r/g;
    end.lastIndex = from;
    for (let match = end.exec(text); match !== null; match = end.exec(text)) {
      lines.push(this.#complete(text.slice(from, match.index)));
      from = end.lastIndex;
    }
    if (from < text.length) this.#begun.push(text.slice(from));
    return lines;
  }

  /** The last line, when nothing ended it. */
  flush(): string[] {
    return this.#begun.length === 0 ? [] : [this.#complete("")];
  }

  #complete(rest: string): string {
    if (this.#begun.length === 0) return rest;
    this.#begun.push(rest);
    const line = this.#begun.join("");
    this.#begun = [];
    return line;
  }
}
