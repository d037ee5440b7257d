import { JsonPlusSerializer, type Serializer } from "@heddle/checkpoint";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { SqliteCheckpointer } from "./checkpointer.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";

export interface SqliteSaverOptions extends ConnectionOptions {
  /** @default JsonPlusSerializer without message classes */
  serializer?: Serializer;
}

/**
 * A checkpointer of its own, for a graph that runs without a server.
 *
 * @example
 * await using checkpointer = new SqliteSaver({ file: "chat.db" });
 * const graph = builder.compile({ checkpointer });
 */
export class SqliteSaver extends SqliteCheckpointer implements AsyncDisposable {
  readonly #connection: Connection;

  constructor({ serializer = new JsonPlusSerializer(), ...options }: SqliteSaverOptions) {
    const connection = Connection.open(options);
    super({ connection, tables: new CheckpointTables(connection), serializer, durability: "disk" });
    this.#connection = connection;
  }

  static fromFile(file: string, options: Omit<SqliteSaverOptions, "file"> = {}): SqliteSaver {
    return new SqliteSaver({ ...options, file });
  }

  /** Waits for what is under way, then closes. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
