import type { Database } from "./database.ts";
import { Functions } from "./functions.ts";
import { SCHEMA_1 } from "./schema-1.ts";
import { SCHEMA_2 } from "./schema-2.ts";
import { SCHEMA_3 } from "./schema-3.ts";
import { SCHEMA_4 } from "./schema-4.ts";
import { SCHEMA_5 } from "./schema-5.ts";

/**
 * Tables and what depends on data. Forward only: each entry turns the schema of its index into the next one. Entries never
 * change once released.
 *
 * Functions are not here: they are code, edited in place in the files `*-functions.ts` (listed in functions.ts), and created anew
 * by `migrate` whenever their text differs. An exception is `heddle.searchable` of schema 1, which indexes may depend on.
 */
const MIGRATIONS: readonly string[] = [SCHEMA_1, SCHEMA_2, SCHEMA_3, SCHEMA_4, SCHEMA_5];

/** Of the newest schema. */
export const VERSION = MIGRATIONS.length;

/**
 * Brings the schema to its newest version and its functions to those of this program, all or nothing, also when several
 * processes start at once: the first migrates, the others wait for it. Throws when the schema was written by a newer version of
 * Heddle. Of programs whose functions differ, the one started last decides: do not run both on one schema.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (query) => {
    await query("SELECT pg_advisory_xact_lock(hashtextextended('heddle_channel', 0))");
    await query(`CREATE SCHEMA IF NOT EXISTS ${database.schema}`);
    await query("CREATE TABLE IF NOT EXISTS heddle.migrations (version INTEGER NOT NULL PRIMARY KEY)");
    const { rows } = await query("SELECT coalesce(max(version), 0) AS version FROM heddle.migrations");
    const version: number = rows[0].version;
    if (version > VERSION) {
      throw new Error(
        `Schema ${database.schema} of the database has version ${version}, but this version of Heddle knows only ` +
          `${VERSION}. Install the newer version, or choose another schema.`,
      );
    }
    await query(
      "CREATE TABLE IF NOT EXISTS heddle.functions (signature TEXT NOT NULL PRIMARY KEY, fingerprint TEXT NOT NULL)",
    );
    const functions = new Functions(query, database.schema);
    if (version === VERSION && (await functions.areCurrent())) return;
    if (version > 0) await functions.noteUnnoted();
    await functions.drop();
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < version) continue;
      await query(sql);
      await query("INSERT INTO heddle.migrations (version) VALUES ($1)", [index + 1]);
    }
    await functions.create();
  });
}
