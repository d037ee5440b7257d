import type { Backend, StoreSettings } from "@heddle/backend";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import type { Logger } from "pino";
import { type DatabaseAddress, databaseAddress, describeAddress, type PostgresAddress } from "./database-address.ts";
import { UsageError } from "./flags.ts";
import type { ServerSettings } from "./server-settings.ts";

export interface OpenedBackend {
  backend: Backend;
  /** Where the data lies, to be shown. */
  location: string;
}

/** Opens what `--database` names; without it, heddle.db in the data folder of the project at `root`. */
export async function openBackend(
  { database, dataDir, role, redis }: ServerSettings,
  root: string,
  { store, logger }: { store: StoreSettings; logger: Logger },
): Promise<OpenedBackend> {
  const address = databaseAddress(database, dataDir, root);
  const location = describeAddress(address);
  if (address.kind === "sqlite" && role !== "all") {
    throw new UsageError(
      `--role ${role} needs a PostgreSQL (--database postgres://…): a SQLite file is for one process, which does all`,
    );
  }
  if (redis === undefined) return { backend: await openDatabase(address, store), location };
  if (!/^rediss?:\/\//.test(redis)) throw new UsageError('--redis has to begin with "redis://" or "rediss://"');
  // Processes on different schemas of one PostgreSQL may share a Redis.
  const prefix = `heddle:${address.kind === "postgres" ? (address.schema ?? "heddle") : address.file}`;
  const { withRedisEvents } = await import("@heddle/backend-redis");
  const backend = await withRedisEvents(await openDatabase(address, store), {
    url: redis,
    prefix,
    onAway: () => logger.error("Redis does not answer; until it does, what runs say is kept in the database"),
    onBack: () => logger.warn("Redis answers again"),
  });
  return { backend, location: `${location}, events on Redis` };
}

export async function openDatabase(address: DatabaseAddress, store?: StoreSettings): Promise<Backend> {
  return address.kind === "postgres" ? openPostgres(address, store) : openSqliteBackend({ file: address.file, store });
}

/** Whoever runs on a file need not load the driver. */
export async function openPostgres({ url, schema, listen }: PostgresAddress, store?: StoreSettings): Promise<Backend> {
  const { openPostgresBackend } = await import("@heddle/backend-postgres");
  return openPostgresBackend({ url, listen, store, ...(schema === undefined ? {} : { schema }) });
}
