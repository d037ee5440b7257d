import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Connection } from "./connection.ts";
import { SqliteItems } from "./items.ts";

describe("SqliteItems", () => {
  let connection: Connection;
  let store: SqliteItems;

  beforeEach(() => {
    connection = Connection.open({ file: ":memory:", now: () => new Date(1000) });
    store = new SqliteItems(connection, {});
  });
  afterEach(() => connection.close());

  test("raises updatedAt with each change, though the clock stands still", async () => {
    const times: (number | undefined)[] = [];
    for (let n = 0; n < 3; n++) {
      await store.put(["a"], "k", { n });
      times.push((await store.get(["a"], "k"))?.updatedAt.getTime());
    }
    expect(times).toEqual([1000, 1001, 1002]);
  });

  test("stores values as they are at the call, and gives each caller its own", async () => {
    const value = { list: [1] };
    const put = store.put(["a"], "k", value);
    value.list.push(2);
    await put;
    const item = await store.get(["a"], "k");
    expect(item?.value).toEqual({ list: [1] });
    item?.value.list.push(3);
    expect((await store.get(["a"], "k"))?.value).toEqual({ list: [1] });
  });

  test("orders text as text", async () => {
    for (const name of ["apple", "berry", "cherry"]) await store.put(["a"], name, { name });
    const names = async (name: object) =>
      (await store.search(["a"], { filter: { name } })).map(({ key }) => key).sort();
    expect(await names({ $gte: "berry" })).toEqual(["berry", "cherry"]);
    expect(await names({ $gt: "apple", $lt: "cherry" })).toEqual(["berry"]);
    expect(await names({ $gt: 0 })).toEqual([]);
  });

  test("names an operator it does not know", async () => {
    await store.put(["a"], "k", { n: 1 });
    await expect(store.search(["a"], { filter: { n: { $regex: "x" } } })).rejects.toThrow("$regex");
  });

  test("refuses text that would come back cut off", async () => {
    await expect(store.put(["a"], "k\0x", {})).rejects.toThrow("NUL");
  });

  test("goes on in order after it was opened again", async () => {
    await store.put(["a"], "first", {});
    const again = new SqliteItems(connection, {});
    await again.put(["a"], "second", {});
    expect((await again.search([])).map(({ key }) => key)).toEqual(["first", "second"]);
  });
});
