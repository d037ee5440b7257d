import { resolve } from "node:path";
import { type FlagSpecs, type Flags, UsageError, wholeNumber } from "./flags.ts";

/** The flags `dev` and `serve` have in common. */
export const SERVER_FLAGS = {
  config: { type: "string", short: "c", help: "FILE  the configuration file (langgraph.json)" },
  port: { type: "string", short: "p", help: "PORT  where to listen (2024, or the variable PORT)" },
  host: { type: "string", short: "h", help: "HOST  the address to listen on (127.0.0.1)" },
  "n-jobs-per-worker": { type: "string", short: "n", help: "N  how many runs are executed at the same time (10)" },
  "max-attempts": { type: "string", help: "N  how often a run is begun whose process dies each time (3)" },
  "data-dir": { type: "string", help: "FOLDER  where heddle.db lies (.heddle beside the configuration file)" },
  database: {
    type: "string",
    help: "ADDRESS  postgres://…[?schema=NAME] or sqlite:FILE (the variable DATABASE_URI, or heddle.db)",
  },
  redis: {
    type: "string",
    help: "ADDRESS  redis://…, for the event log (the variable REDIS_URI; PostgreSQL without it)",
  },
  role: {
    type: "string",
    help: "http | worker | all  what this process does: answer requests, execute runs, or both (all)",
  },
  help: { type: "boolean", help: "this list" },
} as const satisfies FlagSpecs;

/** What a server process does: answer requests, execute runs, or both. */
export type Role = "http" | "worker" | "all";

const ROLES: readonly Role[] = ["http", "worker", "all"];

export interface ServerSettings {
  role: Role;
  configFile: string;
  port: number;
  host: string;
  concurrency: number;
  /** See ServerOptions of the server. */
  maxAttempts: number;
  /** undefined: `.heddle` beside the configuration file. */
  dataDir: string | undefined;
  /** undefined: heddle.db in the data folder. */
  database: string | undefined;
  /** undefined: the event log is in the database. */
  redis: string | undefined;
}

/** What the flags say, and what holds where they say nothing. */
export function toServerSettings(flags: Flags<typeof SERVER_FLAGS>, env: NodeJS.ProcessEnv): ServerSettings {
  const dataDir = flags["data-dir"];
  return {
    role: toRole(flags.role ?? "all"),
    configFile: resolve(flags.config ?? "langgraph.json"),
    port: wholeNumber("port", flags.port ?? env.PORT ?? "2024", 0, 65_535),
    host: flags.host ?? "127.0.0.1",
    maxAttempts: wholeNumber("max-attempts", flags["max-attempts"] ?? "3", 1, 1000),
    concurrency: wholeNumber("n-jobs-per-worker", flags["n-jobs-per-worker"] ?? "10", 1, 1000),
    dataDir: dataDir === undefined ? undefined : resolve(dataDir),
    // A flag for the folder is nearer than a variable for the database.
    redis: flags.redis ?? env.REDIS_URI,
    database: flags.database ?? (dataDir === undefined ? env.DATABASE_URI : undefined),
  };
}

function toRole(value: string): Role {
  const role = ROLES.find((known) => known === value);
  if (role === undefined) throw new UsageError(`--role has to be one of ${ROLES.join(", ")}, not "${value}"`);
  return role;
}
