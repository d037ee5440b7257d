import { Database } from "./database.ts";

/**
 * Holds a file for one process. The lock is SQLite's own on a small database beside the file, so the kernel drops it with
 * the process: after `kill -9` there is nothing stale, and a pid used again by someone else deceives nobody. The pid in it
 * is for the message only.
 */
export class ProcessLock {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Throws, naming the other process, when the file is held. */
  static acquire(file: string): ProcessLock {
    const database = new Database(`${file}-lock`);
    try {
      database.exec("CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL)");
      database.exec("BEGIN IMMEDIATE; DELETE FROM holder");
      database.run("INSERT INTO holder VALUES (?)", [process.pid]);
      // The pid is readable only after a commit; the lock proper is the transaction that follows and never ends.
      database.exec("COMMIT; BEGIN IMMEDIATE");
    } catch (cause) {
      const pid = holderOf(database);
      database.close();
      throw new Error(
        `Database "${file}" is in use by ${pid === process.pid ? "this process already" : `process ${pid ?? "?"}`}. ` +
          "One process at a time may open it: stop the other one, or choose another file.",
        { cause },
      );
    }
    return new ProcessLock(database);
  }

  release(): void {
    // Closing alone keeps the lock until the driver's statements are collected as garbage.
    this.#database.exec("ROLLBACK");
    this.#database.close();
  }
}

function holderOf(database: Database): number | undefined {
  try {
    return database.get<[number]>("SELECT pid FROM holder")?.[0];
  } catch {
    return undefined;
  }
}
