import { join, resolve } from "node:path";
import type { Backend } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { UsageError } from "./flags.ts";
import type { ServerSettings } from "./server-settings.ts";

export interface OpenedBackend {
  backend: Backend;
  /** Where the data lies, to be shown: a file, or an address without its password. */
  location: string;
}

/** Opens what `--database` names; without it, heddle.db in the data folder of the project at `root`. */
export async function openBackend({ database, dataDir }: ServerSettings, root: string): Promise<OpenedBackend> {
  if (isPostgres(database)) {
    // Whoever runs on a file need not load the driver.
    const { openPostgresBackend } = await import("@heddle/backend-postgres");
    return { backend: await openPostgresBackend({ url: database }), location: withoutPassword(database) };
  }
  const file = sqliteFile(database, dataDir ?? join(root, ".heddle"), root);
  return { backend: await openSqliteBackend({ file }), location: file };
}

export function isPostgres(database: string | undefined): database is string {
  return database !== undefined && /^postgres(ql)?:\/\//.test(database);
}

/** The file that `sqlite:FILE` names, else heddle.db in the data folder. */
export function sqliteFile(database: string | undefined, dataDir: string, root: string): string {
  if (database === undefined) return join(dataDir, "heddle.db");
  if (database.startsWith("sqlite:")) return resolve(root, database.slice("sqlite:".length));
  throw new UsageError('--database has to begin with "postgres://" or "sqlite:"');
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = "";
  return url.href;
}
