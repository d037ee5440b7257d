import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DiskSync } from "./disk-sync.ts";

describe("DiskSync", () => {
  let folder: string;
  let disk: DiskSync;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heddle-"));
    writeFileSync(join(folder, "wal"), "frames");
    disk = new DiskSync(join(folder, "wal"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("never lets a caller share a sync that began before the call; those who come meanwhile share the next", async () => {
    const first = disk.sync();
    const second = disk.sync();
    const third = disk.sync();
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    const order: string[] = [];
    await Promise.all([second.then(() => order.push("second")), first.then(() => order.push("first"))]);
    expect(order).toEqual(["first", "second"]);
    await disk.close();
  });

  test("waits for what is under way when it is closed", async () => {
    const syncs = Promise.all([disk.sync(), disk.sync()]);
    await disk.close();
    await expect(syncs).resolves.toHaveLength(2);
  });
});
