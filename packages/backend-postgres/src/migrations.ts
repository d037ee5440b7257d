import { ASSISTANT_FUNCTIONS_1 } from "./assistant-functions-1.ts";
import { CHECKPOINT_FUNCTIONS_1 } from "./checkpoint-functions-1.ts";
import type { Database } from "./database.ts";
import { END_FUNCTIONS_1 } from "./end-functions-1.ts";
import { QUEUE_FUNCTIONS_1 } from "./queue-functions-1.ts";
import { SCHEMA_1 } from "./schema-1.ts";
import { SCHEMA_2 } from "./schema-2.ts";
import { SCHEMA_3 } from "./schema-3.ts";
import { SCHEMA_4 } from "./schema-4.ts";
import { THREAD_FUNCTIONS_1 } from "./thread-functions-1.ts";

/** Forward only: each entry turns the schema of its index into the next one. Entries never change once released. */
const MIGRATIONS: readonly string[] = [
  [
    SCHEMA_1,
    ASSISTANT_FUNCTIONS_1,
    CHECKPOINT_FUNCTIONS_1,
    QUEUE_FUNCTIONS_1,
    END_FUNCTIONS_1,
    THREAD_FUNCTIONS_1,
  ].join("\n"),
  SCHEMA_2,
  SCHEMA_3,
  SCHEMA_4,
];

/**
 * Brings the schema to its newest version, all or nothing, also when several processes start at once: the first migrates, the
 * others wait for it. Throws when it was written by a newer version of Heddle.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (query) => {
    await query("SELECT pg_advisory_xact_lock(hashtextextended('heddle_channel', 0))");
    await query(`CREATE SCHEMA IF NOT EXISTS ${database.schema}`);
    await query("CREATE TABLE IF NOT EXISTS heddle.migrations (version INTEGER NOT NULL PRIMARY KEY)");
    const { rows } = await query("SELECT coalesce(max(version), 0) AS version FROM heddle.migrations");
    const version: number = rows[0].version;
    if (version > MIGRATIONS.length) {
      throw new Error(
        `Schema ${database.schema} of the database has version ${version}, but this version of Heddle knows only ` +
          `${MIGRATIONS.length}. Install the newer version, or choose another schema.`,
      );
    }
    // Functions may name tables and each other before they are there.
    await query("SET LOCAL check_function_bodies = off");
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < version) continue;
      await query(sql);
      await query("INSERT INTO heddle.migrations (version) VALUES ($1)", [index + 1]);
    }
  });
}
