import { createHash } from "node:crypto";
import { DatabaseUnavailableError, UnstorableTextError } from "@heddle/backend";
import pg from "pg";
import { isUnreachable } from "./is-unreachable.ts";
import { ANSWER_MS, SilenceWatch } from "./silence-watch.ts";

export interface DatabaseOptions {
  /** Where PostgreSQL is: `postgres://user:password@host:port/database`. */
  url: string;
  /**
   * The schema that holds all tables, made when missing.
   * @default "heddle"
   */
  schema?: string;
  /**
   * How many connections this process opens at most, beside the one that listens.
   * @default 10
   */
  poolSize?: number;
}

const INT8 = 20;

/** After this much silence on a connection that waits for nothing TCP asks once a second, ten times. */
const KEEP_ALIVE_MS = 4000;

/** Numbers of rows and milliseconds stay below 2^53. Texts of JSON are parsed where they are used. */
const types = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format),
} as pg.CustomTypesConfig;

/**
 * The pool of connections of one process, and the only file that knows how statements reach the driver. In all statements of
 * this package `heddle.` stands for the schema of the user's choice, and `heddle_channel` for its channel of notifications.
 */
export class Database {
  readonly channel: string;
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #config: pg.ClientConfig;
  readonly #silence: SilenceWatch;
  readonly #texts = new Map<string, string>();
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor({ url, schema = "heddle", poolSize = 10 }: DatabaseOptions) {
    this.#schema = pg.escapeIdentifier(schema);
    // Names of channels are short; schemas need not be.
    this.channel = `heddle_${createHash("sha1").update(schema).digest("hex").slice(0, 16)}`;
    const alive = { keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS };
    this.#config = { connectionString: url, types, application_name: "heddle", ...alive };
    this.#pool = new pg.Pool({ ...this.#config, max: poolSize, connectionTimeoutMillis: 10_000 });
    // An idle connection that breaks is replaced; without a listener its error would end the process.
    this.#pool.on("error", () => {});
    this.#silence = new SilenceWatch(this.#pool, () => this.newClient());
  }

  /** Executes one statement on any connection of the pool. The caller knows the columns it selects. */
  query<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.track(() => this.#pool.query<Row>(this.text(sql), parameters).then(({ rows }) => rows, explain));
  }

  /** Begins something that `close` waits for, with all the statements it is made of. */
  track<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#isClosed && this.#underWay.size === 0) {
      return Promise.reject(new Error("The PostgreSQL backend is closed."));
    }
    const result = begin();
    this.#underWay.add(result);
    const forget = () => this.#underWay.delete(result);
    result.then(forget, forget);
    return result;
  }

  /** Executes one statement that returns one row, always. */
  async queryOne<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row> {
    const [row] = await this.query<Row>(sql, parameters);
    if (row === undefined) throw new Error(`The statement "${sql.slice(0, 80)}…" returned nothing.`);
    return row;
  }

  /** Runs statements on one connection; all or nothing. */
  async transaction<T>(work: (query: (sql: string, parameters?: unknown[]) => Promise<pg.QueryResult>) => Promise<T>) {
    const client = await this.#pool.connect().catch(explain);
    let failure: Error | undefined;
    // A connection may break between two statements; without a listener its error would end the process.
    const onBroken = (error: Error) => {
      failure = error;
    };
    client.on("error", onBroken);
    try {
      await client.query(BEGIN);
      const result = await work((sql, parameters = []) => client.query(this.text(sql), parameters));
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch((broken: Error) => {
        failure = broken;
      });
      return explain(error);
    } finally {
      client.off("error", onBroken);
      client.release(failure);
    }
  }

  /** See Backend.pool. */
  pool(): { open: number; idle: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { open: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /** A connection beside the pool, which the caller opens and ends. */
  newClient(): pg.Client {
    return new pg.Client({ ...this.#config, connectionTimeoutMillis: ANSWER_MS });
  }

  /** A statement of this package as PostgreSQL gets it. */
  text(sql: string): string {
    let text = this.#texts.get(sql);
    if (text === undefined) {
      const schema = this.#schema;
      text = sql.replaceAll(/\bheddle(\.|_channel\b)/g, (word) => (word === "heddle." ? `${schema}.` : this.channel));
      this.#texts.set(sql, text);
    }
    return text;
  }

  get schema(): string {
    return this.#schema;
  }

  /** Waits for what is under way, then closes. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
    await this.#pool.end();
    this.#silence.close();
  }
}

/** Should the network be lost in between, PostgreSQL does not keep the locks until it notices. */
const BEGIN = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '60s'";

/** What PostgreSQL says about text it cannot hold does not say which text; what the network says does not say of what. */
function explain(error: unknown): never {
  if (isUnreachable(error)) {
    throw new DatabaseUnavailableError("PostgreSQL does not answer.", { cause: error });
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "22P05" || code === "22021") {
    throw new UnstorableTextError(
      "PostgreSQL cannot store the character U+0000 in names, keys, namespaces, metadata and configs. Remove it there; elsewhere it is kept.",
      { cause: error },
    );
  }
  throw error;
}
