import { JsonPlusSerializer, type Serializer } from "@heddle/checkpoint";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { type CheckpointerOptions, PostgresCheckpointer } from "./checkpointer.ts";
import { type OpenDatabaseOptions, openDatabase } from "./open-database.ts";

export interface PostgresSaverOptions extends OpenDatabaseOptions {
  /** @default JsonPlusSerializer without message classes */
  serializer?: Serializer;
}

/**
 * A checkpointer of its own, for a graph that runs without a server.
 *
 * @example
 * await using checkpointer = await PostgresSaver.open({ url: "postgres://localhost/agents" });
 * const graph = builder.compile({ checkpointer });
 */
export class PostgresSaver extends PostgresCheckpointer implements AsyncDisposable {
  readonly #close: () => Promise<void>;

  private constructor(options: CheckpointerOptions) {
    super(options);
    this.#close = () => options.database.close();
  }

  /** Makes the tables if they are missing. */
  static async open({
    serializer = new JsonPlusSerializer(),
    ...options
  }: PostgresSaverOptions): Promise<PostgresSaver> {
    const database = await openDatabase(options);
    return new PostgresSaver({ database, tables: new CheckpointTables(database, true), serializer });
  }

  /** Waits for what is under way, then closes. */
  close(): Promise<void> {
    return this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
