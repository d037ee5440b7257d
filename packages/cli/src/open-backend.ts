import type { Backend } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { defaultDatabase, describeAddress, readDatabaseAddress } from "./database-address.ts";
import { UsageError } from "./flags.ts";
import type { ServerSettings } from "./server-settings.ts";

export interface OpenedBackend {
  backend: Backend;
  /** Where the data lies, to be shown. */
  location: string;
}

/** Opens what `--database` names; without it, heddle.db in the data folder of the project at `root`. */
export async function openBackend({ database, dataDir, role }: ServerSettings, root: string): Promise<OpenedBackend> {
  const address = database === undefined ? defaultDatabase(dataDir, root) : readDatabaseAddress(database, root);
  const location = describeAddress(address);
  if (address.kind === "sqlite") {
    if (role !== "all") {
      throw new UsageError(
        `--role ${role} needs a PostgreSQL (--database postgres://…): a SQLite file is for one process, which does all`,
      );
    }
    return { backend: await openSqliteBackend({ file: address.file }), location };
  }
  // Whoever runs on a file need not load the driver.
  const { openPostgresBackend } = await import("@heddle/backend-postgres");
  const { url, schema, listen } = address;
  const backend = await openPostgresBackend({
    url,
    ...(schema === undefined ? {} : { schema }),
    ...(listen === undefined ? {} : { listen }),
  });
  return { backend, location };
}
