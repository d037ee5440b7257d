import type { Database } from "./database.ts";
import { SCHEMA_1 } from "./schema-1.ts";

/** Forward only: each entry turns the schema of its index into the next one. Entries never change once released. */
export const MIGRATIONS: readonly string[] = [SCHEMA_1];

/** Brings the database to the newest schema, all or nothing. Throws when it was written by a newer version of Heddle. */
export function migrate(database: Database, file: string, migrations: readonly string[] = MIGRATIONS): void {
  const version = database.get<[number]>("PRAGMA user_version")?.[0] ?? 0;
  if (version > migrations.length) {
    throw new Error(
      `Database "${file}" has schema ${version}, but this version of Heddle knows only ${migrations.length}. ` +
        "Install the newer version, or choose another file.",
    );
  }
  if (version === migrations.length) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const sql of migrations.slice(version)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isInTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
