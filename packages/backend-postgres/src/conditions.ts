/** The parts of a WHERE clause, all of which must hold. Their text comes from this package only; what users say is in the parameters. */
export class Conditions {
  readonly parameters: unknown[] = [];
  readonly #parts: string[] = [];

  /** "?" in the part stands for the value. */
  add(part: string, value?: unknown): void {
    this.#parts.push(part.includes("?") ? part.replace("?", this.bind(value)) : part);
  }

  /** The place of one more parameter. */
  bind(value: unknown): string {
    return `$${this.parameters.push(value)}`;
  }

  /** Containment in a column of jsonb; an empty filter holds for all. */
  addContains(column: string, part: Record<string, unknown> | undefined): void {
    if (part === undefined || Object.keys(part).length === 0) return;
    this.#parts.push(`${column} @> heddle.searchable(${this.bind(JSON.stringify(part))})`);
  }

  toString(): string {
    return this.#parts.length === 0 ? "true" : this.#parts.join(" AND ");
  }
}
