import { join, resolve } from "node:path";
import { UsageError } from "./flags.ts";

/** Where the data lies, taken apart. */
export type DatabaseAddress = { kind: "sqlite"; file: string } | ({ kind: "postgres" } & PostgresAddress);

/** `listen` and `schema` as in PostgresBackendOptions; undefined where the address does not say. */
export interface PostgresAddress {
  url: string;
  schema: string | undefined;
  listen: boolean;
}

/** What a database's address says; without one, heddle.db in the data folder, which is `.heddle` in `root` unless given. */
export function databaseAddress(
  address: string | undefined,
  dataDir: string | undefined,
  root: string,
): DatabaseAddress {
  if (address !== undefined) return readDatabaseAddress(address, root);
  return { kind: "sqlite", file: join(dataDir ?? join(root, ".heddle"), "heddle.db") };
}

/**
 * Reads what `--database` names: `sqlite:FILE`, relative to `root`, or `postgres://…`. Of a postgres address the parameter
 * `schema` chooses the schema, and `listen=false` is for a pooler in transaction mode such as PgBouncer; both are ours, all else
 * is handed to the driver.
 *
 * @throws UsageError
 */
function readDatabaseAddress(address: string, root: string): DatabaseAddress {
  if (address.startsWith("sqlite:")) return { kind: "sqlite", file: resolve(root, address.slice("sqlite:".length)) };
  if (!/^postgres(ql)?:\/\//.test(address)) {
    throw new UsageError('--database has to begin with "postgres://" or "sqlite:"');
  }
  const [base = "", query = ""] = address.split("?", 2);
  const parameters = new URLSearchParams(query);
  const schema = parameters.get("schema") ?? undefined;
  const listen = parameters.get("listen") ?? "true";
  if (schema === "") throw new UsageError("--database: the parameter schema needs a name");
  if (listen !== "true" && listen !== "false") {
    throw new UsageError(`--database: the parameter listen has to be true or false, not "${listen}"`);
  }
  parameters.delete("schema");
  parameters.delete("listen");
  const url = parameters.size === 0 ? base : `${base}?${parameters}`;
  return { kind: "postgres", url, schema, listen: listen === "true" };
}

/** To be shown: a file, or an address without its password. */
export function describeAddress(address: DatabaseAddress): string {
  if (address.kind === "sqlite") return address.file;
  const url = new URL(address.url);
  url.password = "";
  url.search = "";
  return address.schema === undefined ? url.href : `${url.href} (schema ${address.schema})`;
}
