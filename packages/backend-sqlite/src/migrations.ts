import type { Database } from "./database.ts";
import { SCHEMA_1 } from "./schema-1.ts";
import { SCHEMA_2 } from "./schema-2.ts";
import { SCHEMA_3 } from "./schema-3.ts";
import { SCHEMA_4 } from "./schema-4.ts";
import { SCHEMA_5 } from "./schema-5.ts";
import { SCHEMA_6 } from "./schema-6.ts";

/** Forward only: each entry turns the schema of its index into the next one. Entries never change once released. */
export const MIGRATIONS: readonly string[] = [SCHEMA_1, SCHEMA_2, SCHEMA_3, SCHEMA_4, SCHEMA_5, SCHEMA_6];

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
