import { UnstorableTextError } from "@heddle/backend";
import Libsql from "libsql";

/** What a column holds. Booleans are absent on purpose: the driver aborts the whole process when one is bound. */
export type SqlValue = string | number | null | Uint8Array;

/**
 * The only file that knows the driver. Statements are prepared once per text and kind of use, because of three traps:
 * rows as objects carry a `_metadata` field (rows here are arrays); a statement used by `all` and then by `get` runs with
 * its former parameters; so does a statement that failed once (it is thrown away).
 */
export class Database {
  readonly #driver: Libsql.Database;
  readonly #getters = new Map<string, Libsql.Statement>();
  readonly #listers = new Map<string, Libsql.Statement>();
  readonly #runners = new Map<string, Libsql.Statement>();
  #writes = 0;

  /** Opens the file, or a database that lives in memory for ":memory:". */
  constructor(file: string) {
    this.#driver = new Libsql(file);
  }

  /** The first row, or undefined. The caller knows the types of the columns it selects. */
  get<Row extends SqlValue[]>(sql: string, parameters: SqlValue[] = []): Row | undefined {
    return this.#use(this.#getters, sql, parameters, (statement) => statement.get(parameters)) as Row | undefined;
  }

  /** All rows. */
  all<Row extends SqlValue[]>(sql: string, parameters: SqlValue[] = []): Row[] {
    return this.#use(this.#listers, sql, parameters, (statement) => statement.all(parameters)) as Row[];
  }

  /** Executes, and returns how many rows were changed. */
  run(sql: string, parameters: SqlValue[] = []): number {
    return this.#use(this.#runners, sql, parameters, (statement) => statement.run(parameters).changes);
  }

  /** Executes statements without parameters or rows. */
  exec(sql: string): void {
    this.#driver.exec(sql);
  }

  /** Something is about to be written by a later statement with these texts: refuses at once what would fail then. */
  announceWrite(texts: readonly SqlValue[]): void {
    refuseUnbindable(texts);
    this.#writes++;
  }

  /** Grows with each statement that has written, or may have, and each that is about to. */
  get writes(): number {
    return this.#writes;
  }

  get isInTransaction(): boolean {
    return this.#driver.inTransaction;
  }

  close(): void {
    this.#getters.clear();
    this.#listers.clear();
    this.#runners.clear();
    this.#driver.close();
  }

  #use<T>(
    cache: Map<string, Libsql.Statement>,
    sql: string,
    parameters: SqlValue[],
    execute: (statement: Libsql.Statement) => T,
  ): T {
    refuseUnbindable(parameters);
    let statement = cache.get(sql);
    if (statement === undefined) {
      statement = this.#driver.prepare(sql);
      if (cache !== this.#runners) statement.raw(true);
      cache.set(sql, statement);
    }
    try {
      const result = execute(statement);
      if (!READS.test(sql)) this.#writes++;
      return result;
    } catch (error) {
      cache.delete(sql);
      throw error;
    }
  }
}

const READS = /^\s*(SELECT|EXPLAIN)\b/i;

/** NUL is stored but cut off when read back; a boolean would abort the process. Both are refused before they do harm. */
function refuseUnbindable(parameters: readonly unknown[]): void {
  for (const value of parameters) {
    if (typeof value === "string" && value.includes("\0")) {
      const text = JSON.stringify(value.slice(0, 80));
      throw new UnstorableTextError(`Text with a NUL character cannot be stored: ${text}.`);
    }
    if (typeof value === "boolean" || value === undefined) {
      throw new TypeError(`A ${typeof value} cannot be bound to an SQL parameter; use a number, text or null.`);
    }
  }
}
