import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Connection } from "./connection.ts";
import { Database } from "./database.ts";
import { MIGRATIONS, migrate } from "./migrations.ts";

describe("Connection", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heddle-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("makes the file and its folders, and keeps what was written", async () => {
    const file = join(folder, "a", "b", "heddle.db");
    const first = Connection.open({ file });
    await first.write("disk", () =>
      first.database.run(
        "INSERT INTO items (namespace, key, value, created_at, updated_at, position) VALUES ('a.', 'k', '1', 0, 0, 1)",
      ),
    );
    await first.close();
    const second = Connection.open({ file });
    expect(second.database.get("SELECT key FROM items")).toEqual(["k"]);
    await second.close();
  });

  test("refuses a file that this process has open already", async () => {
    const file = join(folder, "heddle.db");
    const first = Connection.open({ file });
    expect(() => Connection.open({ file })).toThrow("this process already");
    await first.close();
    await Connection.open({ file }).close();
  });

  test("refuses a database of a newer version, and leaves it as it is", async () => {
    const file = join(folder, "heddle.db");
    await Connection.open({ file }).close();
    const raw = new Database(file);
    raw.exec("PRAGMA user_version = 999");
    raw.close();
    expect(() => Connection.open({ file })).toThrow(/schema 999.*Install the newer version/);
    const again = new Database(file);
    expect(again.get("PRAGMA user_version")).toEqual([999]);
    again.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    again.close();
    await Connection.open({ file }).close();
  });

  test("migrates forward, all or nothing", () => {
    const database = new Database(":memory:");
    const one = "CREATE TABLE one (x)";
    migrate(database, "f", [one]);
    expect(() => migrate(database, "f", [one, "CREATE TABLE two (x)", "CREATE TABLE one (x)"])).toThrow(
      "already exists",
    );
    expect(database.get("PRAGMA user_version")).toEqual([1]);
    migrate(database, "f", [one, "CREATE TABLE two (x)"]);
    migrate(database, "f", [one, "CREATE TABLE two (x)"]);
    expect(database.get("PRAGMA user_version")).toEqual([2]);
    database.close();
  });
});
