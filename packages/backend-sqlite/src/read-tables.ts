import { RunListeners, type TableRows } from "@heddle/backend";
import { CheckpointTables } from "./checkpoint-tables.ts";
import { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { Leases } from "./leases.ts";
import { SqliteRunQueue } from "./run-queue.ts";

const BATCH = 500;

/**
 * All rows of a file, table by table, in the order in which they can be written elsewhere. The file is brought to the newest
 * schema and held until the reader is done. No run is running: those which a dead process left so are pending again.
 *
 * @throws Error when another process has the file open.
 */
export async function* readTables({ file }: { file: string }): AsyncGenerator<TableRows> {
  const connection = Connection.open({ file });
  try {
    await recover(connection);
    for (const table of tablesOf(connection.database)) yield* readTable(connection.database, table);
  } finally {
    await connection.close();
  }
}

async function recover(connection: Connection): Promise<void> {
  const checkpoints = new CheckpointTables(connection);
  const queue = new SqliteRunQueue({ connection, checkpoints, leases: new Leases(), listeners: new RunListeners() });
  await queue.recover();
  queue.close();
}

/** In the order of their making: what a table refers to was made before it. */
function tablesOf(database: Database): string[] {
  return database
    .all<[string]>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    .map(([name]) => name);
}

function* readTable(database: Database, table: string): Generator<TableRows> {
  const info = database.all<[string, number]>("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", [table]);
  const columns = info.map(([name]) => name);
  const key = info.filter(([, pk]) => pk > 0).map(([name]) => name);
  const order = (key.length > 0 ? key : columns).join(", ");
  for (let offset = 0; ; offset += BATCH) {
    const rows = database.all(`SELECT ${columns.join(", ")} FROM ${table} ORDER BY ${order} LIMIT ? OFFSET ?`, [
      BATCH,
      offset,
    ]);
    if (rows.length > 0) yield { table, columns, rows };
    if (rows.length < BATCH) return;
  }
}
