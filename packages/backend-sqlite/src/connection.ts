import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Database } from "./database.ts";
import { DiskSync } from "./disk-sync.ts";
import { type Durability, GroupCommit, type Transaction } from "./group-commit.ts";
import { migrate } from "./migrations.ts";
import { ProcessLock } from "./process-lock.ts";

export interface ConnectionOptions {
  /** Path of the database, made with its folder when missing; ":memory:" for one that dies with its closing. */
  file: string;
  /** The clock. Tests move it. */
  now?: () => Date;
  /** Does not hold the file: for small changes beside a server that does. */
  isShared?: boolean;
}

/** The one connection to a file: its statements, its shared transactions and its clock. */
export class Connection {
  readonly database: Database;
  readonly #now: () => Date;
  readonly #commits: GroupCommit;
  readonly #lock: ProcessLock | undefined;
  #closing: Promise<void> | undefined;

  private constructor(database: Database, lock: ProcessLock | undefined, disk: DiskSync | undefined, now: () => Date) {
    this.database = database;
    this.#lock = lock;
    this.#commits = new GroupCommit(database, disk);
    this.#now = now;
  }

  static open({ file, now = () => new Date(), isShared = false }: ConnectionOptions): Connection {
    if (file === ":memory:") return new Connection(prepareDatabase(file), undefined, undefined, now);
    const path = resolve(file);
    mkdirSync(dirname(path), { recursive: true });
    const lock = isShared ? undefined : ProcessLock.acquire(path);
    try {
      const database = prepareDatabase(path);
      return new Connection(database, lock, new DiskSync(`${path}-wal`), now);
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  now(): Date {
    return this.#now();
  }

  /** See GroupCommit.write. */
  write<T>(durability: Durability, change: (transaction: Transaction) => T): Promise<T> {
    return this.#commits.write(durability, change);
  }

  /** See GroupCommit.onCommit. */
  onCommit(listener: () => void): void {
    this.#commits.onCommit(listener);
  }

  /** See GroupCommit.onRollback. */
  onRollback(listener: () => void): void {
    this.#commits.onRollback(listener);
  }

  /** See GroupCommit.read. */
  read<T>(query: () => T): Promise<T> {
    return this.#commits.read(query);
  }

  /** Waits for what is under way, then closes; once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#commits.close();
    // Leaves one whole file, though the driver keeps it open until its statements are collected as garbage.
    this.database.get("PRAGMA wal_checkpoint(TRUNCATE)");
    this.database.close();
    this.#lock?.release();
  }
}

function prepareDatabase(path: string): Database {
  const database = new Database(path);
  try {
    database.get("PRAGMA journal_mode = WAL");
    // DiskSync adds what FULL would do beyond NORMAL.
    database.exec("PRAGMA synchronous = NORMAL");
    database.get("PRAGMA busy_timeout = 5000");
    database.exec("PRAGMA foreign_keys = ON");
    database.exec("PRAGMA temp_store = MEMORY");
    database.exec("PRAGMA cache_size = -16384");
    database.get("PRAGMA wal_autocheckpoint = 4000");
    migrate(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
