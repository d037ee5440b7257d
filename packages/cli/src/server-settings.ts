import { resolve } from "node:path";
import { type FlagSpecs, type Flags, wholeNumber } from "./flags.ts";

/** The flags `dev` and `serve` have in common. */
export const SERVER_FLAGS = {
  config: { type: "string", short: "c", help: "FILE  the configuration file (langgraph.json)" },
  port: { type: "string", short: "p", help: "PORT  where to listen (2024, or the variable PORT)" },
  host: { type: "string", short: "h", help: "HOST  the address to listen on (127.0.0.1)" },
  "n-jobs-per-worker": { type: "string", short: "n", help: "N  how many runs are executed at the same time (10)" },
  "data-dir": { type: "string", help: "FOLDER  where heddle.db lies (.heddle beside the configuration file)" },
  database: { type: "string", help: "ADDRESS  postgres://… or sqlite:FILE (the variable DATABASE_URI, or heddle.db)" },
  help: { type: "boolean", help: "this list" },
} as const satisfies FlagSpecs;

export interface ServerSettings {
  configFile: string;
  port: number;
  host: string;
  concurrency: number;
  /** undefined: `.heddle` beside the configuration file. */
  dataDir: string | undefined;
  /** undefined: heddle.db in the data folder. */
  database: string | undefined;
}

/** What the flags say, and what holds where they say nothing. */
export function toServerSettings(flags: Flags<typeof SERVER_FLAGS>, env: NodeJS.ProcessEnv): ServerSettings {
  const dataDir = flags["data-dir"];
  return {
    configFile: resolve(flags.config ?? "langgraph.json"),
    port: wholeNumber("port", flags.port ?? env.PORT ?? "2024", 0, 65_535),
    host: flags.host ?? "127.0.0.1",
    concurrency: wholeNumber("n-jobs-per-worker", flags["n-jobs-per-worker"] ?? "10", 1, 1000),
    dataDir: dataDir === undefined ? undefined : resolve(dataDir),
    // A flag for the folder is nearer than a variable for the database.
    database: flags.database ?? (dataDir === undefined ? env.DATABASE_URI : undefined),
  };
}
