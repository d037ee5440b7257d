import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Database, type SqlValue } from "./database.ts";

// Each of these is a trap of the driver that was met.
describe("Database", () => {
  let database: Database;
  beforeEach(() => {
    database = new Database(":memory:");
    database.exec("CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)");
  });
  afterEach(() => database.close());

  test("rows are arrays of the columns and nothing else", () => {
    database.run("INSERT INTO t VALUES ('a', '1')");
    expect(database.get("SELECT k, v FROM t")).toEqual(["a", "1"]);
    expect(database.all("SELECT k, v FROM t")).toEqual([["a", "1"]]);
    expect(database.get("SELECT k FROM t WHERE k = 'none'")).toBeUndefined();
  });

  test("one text may be used for the first row and for all rows in turn", () => {
    for (const k of ["a", "b", "c"]) database.run("INSERT INTO t VALUES (?, ?)", [k, k]);
    const sql = "SELECT v FROM t WHERE k = ?";
    expect(database.all(sql, ["a"])).toEqual([["a"]]);
    expect(database.get(sql, ["b"])).toEqual(["b"]);
    expect(database.all(sql, ["c"])).toEqual([["c"]]);
    expect(database.get(sql, ["a"])).toEqual(["a"]);
  });

  test("a statement works again after it failed once", () => {
    const sql = "INSERT INTO t VALUES (?, ?) RETURNING k";
    expect(database.get(sql, ["a", "1"])).toEqual(["a"]);
    expect(() => database.get(sql, ["a", "2"])).toThrow("UNIQUE");
    expect(database.get(sql, ["b", "2"])).toEqual(["b"]);
    expect(database.all("SELECT k FROM t ORDER BY k")).toEqual([["a"], ["b"]]);
  });

  test("returns what a change returns, once the change is made", () => {
    database.run("INSERT INTO t VALUES ('a', '1')");
    expect(database.get("DELETE FROM t WHERE k = ? RETURNING v", ["a"])).toEqual(["1"]);
    expect(database.all("SELECT * FROM t")).toEqual([]);
    expect(database.run("DELETE FROM t WHERE k = 'none'")).toBe(0);
  });

  test("refuses what would abort the process or come back cut off", () => {
    const put = (value: unknown) => database.run("INSERT INTO t VALUES ('a', ?)", [value as SqlValue]);
    expect(() => put(true)).toThrow("boolean");
    expect(() => put(undefined)).toThrow("undefined");
    expect(() => put("a\0b")).toThrow("NUL");
    expect(database.all("SELECT * FROM t")).toEqual([]);
  });

  test("keeps all other text", () => {
    const text = "é😀\u0001\n'\"\\%_";
    database.run("INSERT INTO t VALUES ('a', ?)", [text]);
    expect(database.get("SELECT v FROM t")).toEqual([text]);
  });
});
