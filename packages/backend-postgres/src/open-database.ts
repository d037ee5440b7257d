import { setTimeout as wait } from "node:timers/promises";
import { DatabaseUnavailableError } from "@heddle/backend";
import { Database, type DatabaseOptions } from "./database.ts";
import { isUnreachable } from "./is-unreachable.ts";
import { migrate } from "./migrations.ts";

export interface OpenDatabaseOptions extends DatabaseOptions {
  /**
   * How often to try when PostgreSQL does not answer, half a second apart at first, then twice as long each time, up to 4 s.
   * @default 6
   */
  maxAttempts?: number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 4000;

/** Opens the pool and brings the schema to its newest version. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { maxAttempts = 6 } = options;
  const database = new Database(options);
  for (let attempt = 1; ; attempt++) {
    try {
      await migrate(database);
      return database;
    } catch (error) {
      if (!isUnreachable(error) || attempt >= maxAttempts) {
        await database.close();
        throw isUnreachable(error) ? unreachable(options.url, attempt, error) : error;
      }
    }
    await wait(Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS));
  }
}

function unreachable(url: string, attempts: number, given: unknown): Error {
  const cause = given instanceof DatabaseUnavailableError ? given.cause : given;
  const why = cause instanceof AggregateError ? cause.errors.map(String).join("; ") : String(cause);
  return new Error(
    `PostgreSQL at ${withoutPassword(url)} does not answer; gave up after ${attempts} attempts (${why}). ` +
      "Is it running, and is the address right?",
    { cause },
  );
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/([^@/]*)@/, (_, user: string) => `//${user.split(":")[0]}@`);
}
