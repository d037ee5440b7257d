import { resolve } from "node:path";
import { type DatabaseAddress, databaseAddress, describeAddress } from "../database-address.ts";
import { type FlagSpecs, parseFlags, UsageError } from "../flags.ts";

const FLAGS = {
  from: {
    type: "string",
    help: "ADDRESS  sqlite:FILE of Heddle, or postgres://…[?schema=public] with the official saver's tables",
  },
  to: { type: "string", help: "ADDRESS  postgres://…[?schema=NAME]; made when missing" },
  graph: { type: "string", help: "ID  official tables: the graph whose threads they are, so that a server shows them" },
  help: { type: "boolean", help: "this list" },
} as const satisfies FlagSpecs;

/** `heddle migrate`: brings what is in a SQLite file, or in the tables of the official Postgres saver, to a PostgreSQL of Heddle. */
export const migrateCommand = {
  summary: "copies a SQLite file, or the official saver's checkpoints, into PostgreSQL (--from ADDRESS --to ADDRESS)",
  flags: FLAGS,
  async run(args: readonly string[]): Promise<number> {
    const { from, to, graph } = parseFlags("migrate", FLAGS, args);
    if (from === undefined || to === undefined) throw new UsageError("heddle migrate needs --from and --to");
    const [source, target] = [from, to].map((address) => databaseAddress(address, undefined, resolve("."))) as [
      DatabaseAddress,
      DatabaseAddress,
    ];
    if (target.kind !== "postgres") throw new UsageError("--to has to begin with postgres://");
    const place = { url: target.url, ...(target.schema === undefined ? {} : { schema: target.schema }) };
    const report =
      source.kind === "sqlite" ? await copyFile(source.file, place) : await readOfficial(source, place, graph);
    process.stdout.write(`${report}\nIt is in ${describeAddress(target)}.\n`);
    return 0;
  },
};

type Place = { url: string; schema?: string };

async function copyFile(file: string, to: Place): Promise<string> {
  const { readTables } = await import("@heddle/backend-sqlite");
  const { importTables } = await import("@heddle/backend-postgres");
  const { existsSync } = await import("node:fs");
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
  const imported = await importTables(to, readTables({ file }));
  const lines = Object.entries(imported).map(([table, count]) => `  ${table.padEnd(20)} ${count}`);
  return ["Rows copied:", ...lines].join("\n");
}

async function readOfficial(
  { url, schema }: Extract<DatabaseAddress, { kind: "postgres" }>,
  to: Place,
  graphId: string | undefined,
): Promise<string> {
  const { importOfficialCheckpoints } = await import("@heddle/backend-postgres");
  const { threads, checkpoints, skipped } = await importOfficialCheckpoints({ from: { url, schema }, to, graphId });
  const left = [...skipped].map(([threadId, why]) => `  thread ${threadId} was left out: ${why}`);
  return [`${checkpoints} checkpoints of ${threads} threads were read.`, ...left].join("\n");
}
