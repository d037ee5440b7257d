import type { TableRows } from "@heddle/backend";
import type { Database } from "./database.ts";
import { type OpenDatabaseOptions, openDatabase } from "./open-database.ts";
import { placesOf, toStoredValues } from "./stored-value.ts";

type Row = Record<string, unknown>;

/** How many rows each table has got. */
export type ImportedTables = Record<string, number>;

/**
 * Writes the tables of a SQLite file (see `readTables` of backend-sqlite) into an empty schema: all or nothing of each batch,
 * and of a schema that was not filled to its end nothing can be used but to drop it.
 *
 * @throws Error when the schema has something already.
 */
export async function importTables(to: OpenDatabaseOptions, tables: AsyncIterable<TableRows>): Promise<ImportedTables> {
  const database = await openDatabase(to);
  try {
    await refuseUnlessEmpty(database);
    const imported: ImportedTables = {};
    for await (const { table, columns, rows } of tables) {
      const records = rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
      imported[table] = (imported[table] ?? 0) + records.length;
      await writeRows(database, table, records);
    }
    await setSequences(database);
    return imported;
  } finally {
    await database.close();
  }
}

async function refuseUnlessEmpty(database: Database): Promise<void> {
  for (const table of ["threads", "assistants", "checkpoint_threads", "items"]) {
    const rows = await database.query(`SELECT 1 FROM heddle.${table} LIMIT 1`);
    if (rows.length === 0) continue;
    throw new Error(
      `Schema ${database.schema} has ${table} already. Choose an empty one, as in postgres://…?schema=NAME, or drop it.`,
    );
  }
}

/** What differs between the tables of both backends; see their schemas. */
const TRANSLATED: Readonly<Record<string, (row: Row) => Row>> = {
  assistants: (row) => ({ ...row, name_folded: String(row.name).toLowerCase() }),
  assistant_versions: (row) => ({ ...row, name_folded: String(row.name).toLowerCase() }),
  runs: (row) => ({ ...row, given: toGiven(row) }),
  checkpoints: (row) => {
    const places = placesOf(toStoredValues(String(row.channel_values)));
    return { ...row, value_ids: places.map(([id]) => id), value_lengths: places.map(([, length]) => length) };
  },
  channel_values: (row) => {
    const start = Number(row.start);
    return { ...row, starts_at: start, ends_at: start + String(row.text).length };
  },
  item_vectors: (row) => ({ ...row, embedding: toFloats(row.embedding as Uint8Array) }),
};

async function writeRows(database: Database, table: string, rows: Row[]): Promise<void> {
  if (table === "thread_states") return writeThreadStates(database, rows);
  // Its rows are an index of SQLite.
  if (table === "thread_metadata") return;
  const columns = await columnsOf(database, table);
  if (columns.size === 0)
    throw new Error(`There is no table "${table}" in PostgreSQL; its ${rows.length} rows are lost.`);
  const translate = TRANSLATED[table] ?? ((row: Row) => row);
  const records = rows.map((row) => withTypes(translate(row), columns));
  const names = [...columns.keys()].filter((name) => Object.hasOwn(records[0] ?? {}, name)).join(", ");
  await database.query(
    `INSERT INTO heddle.${table} (${names}) OVERRIDING SYSTEM VALUE
     SELECT ${names} FROM json_populate_recordset(null::heddle.${table}, $1)`,
    [JSON.stringify(records)],
  );
}

/** The name of a table comes from the file: only what is a table here becomes text of a statement. */
async function columnsOf(database: Database, table: string): Promise<Map<string, string>> {
  const rows = await database.query<{ name: string; type: string }>(
    `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_class m ON m.relnamespace = c.relnamespace
     WHERE c.relname = $1 AND m.oid = 'heddle.migrations'::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attgenerated = ''`,
    [table],
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

function withTypes(row: Row, columns: ReadonlyMap<string, string>): Row {
  const entries = Object.entries(row).filter(([name]) => columns.has(name));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const type = columns.get(name);
      if (value === null) return [name, value];
      if (type === "boolean") return [name, value === 1];
      return [name, type === "jsonb" ? JSON.parse(String(value)) : value];
    }),
  );
}

async function writeThreadStates(database: Database, rows: Row[]): Promise<void> {
  await database.query(
    `UPDATE heddle.threads t SET values_json = s.values_json, interrupts = s.interrupts, error = s.error
     FROM json_to_recordset($1) AS s(seq BIGINT, values_json TEXT, interrupts TEXT, error TEXT) WHERE t.seq = s.seq`,
    [JSON.stringify(rows)],
  );
}

/** SQLite has merged the assistant's, the thread's and the run's own when the run was created. */
function toGiven({ kwargs, metadata }: Row): string {
  const { config, ...rest } = JSON.parse(String(kwargs));
  const assistantMetadata = JSON.parse(String(metadata));
  return JSON.stringify({ kwargs: rest, assistantConfig: config, runConfig: {}, assistantMetadata, runMetadata: {} });
}

/** As vector32 of libsql keeps them. */
function toFloats(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

/** Numbers go on after those that were taken over. */
async function setSequences(database: Database): Promise<void> {
  const sequences = await database.query<{ table: string; column: string; sequence: string }>(
    `SELECT c.oid::regclass::text AS table, quote_ident(a.attname) AS column,
       pg_get_serial_sequence(c.oid::regclass::text, a.attname) AS sequence
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
     JOIN pg_catalog.pg_class m ON m.relnamespace = c.relnamespace
     WHERE m.oid = 'heddle.migrations'::regclass AND c.relkind = 'r' AND a.attidentity <> ''`,
  );
  for (const { table, column, sequence } of sequences) {
    await database.query(`SELECT setval($1::regclass, coalesce((SELECT max(${column}) FROM ${table}), 0) + 1, false)`, [
      sequence,
    ]);
  }
  // Value ids are taken a thousand at a time.
  await database.query(
    "SELECT setval('heddle.value_id_blocks', (SELECT coalesce(max(value_id), 0) / 1000 + 2 FROM heddle.channel_values), false)",
  );
}
