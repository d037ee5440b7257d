import type { AccessFilter } from "@heddle/backend";

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
    this.#parts.push(this.#contains(column, part));
  }

  /** On a column of jsonb. Containment is what its index knows; of scalars and of lists of scalars it is exact. */
  addAccess(column: string, filter: AccessFilter | undefined): void {
    if (filter !== undefined) this.#parts.push(`(${this.#access(column, filter)})`);
  }

  #access(column: string, filter: AccessFilter): string {
    switch (filter.type) {
      case "equals":
        return this.#contains(column, Object.fromEntries([[filter.key, filter.value]]));
      case "contains":
        return this.#contains(column, Object.fromEntries([[filter.key, filter.values]]));
      case "all":
        return filter.filters.map((part) => `(${this.#access(column, part)})`).join(" AND ") || "true";
      case "any":
        return filter.filters.map((part) => `(${this.#access(column, part)})`).join(" OR ") || "false";
    }
  }

  #contains(column: string, part: Record<string, unknown>): string {
    return `${column} @> heddle.searchable(${this.bind(JSON.stringify(part))})`;
  }

  toString(): string {
    return this.#parts.length === 0 ? "true" : this.#parts.join(" AND ");
  }
}
