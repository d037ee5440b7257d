import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Backend } from "@heddle/backend";
import { JsonPlusSerializer } from "@heddle/checkpoint";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openSqliteBackend } from "./open-sqlite-backend.ts";

interface Acknowledged {
  kind: "opened" | "offered" | "checkpoint" | "settled" | "item" | "running" | "event";
  runId: string;
  threadId: string;
  key: string;
  seq: number;
}

describe("a file and its processes", () => {
  let folder: string;
  let file: string;

  // The child runs the build.
  beforeAll(() => {
    const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
    execFileSync(process.execPath, [tsc, "-b", fileURLToPath(new URL("..", import.meta.url))]);
  }, 60_000);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heddle-"));
    file = join(folder, "heddle.db");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function start(): { child: ChildProcess; lines: AsyncIterableIterator<string>; exited: Promise<unknown> } {
    const script = fileURLToPath(new URL("../testing/write-until-killed.js", import.meta.url));
    const child = spawn(process.execPath, [script, file], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), exited };
  }

  test("a second process is refused, naming the first, and takes over at once when that is killed", async () => {
    const { child, lines, exited } = start();
    await lines.next();
    await expect(openSqliteBackend({ file })).rejects.toThrow(`in use by process ${child.pid}`);
    child.kill("SIGKILL");
    await exited;
    await (await openSqliteBackend({ file })).close();
  });

  test("what was acknowledged survives kill -9, and a run that was running is pending at once", async () => {
    const { child, lines, exited } = start();
    const acknowledged: Acknowledged[] = [];
    for await (const line of lines) {
      acknowledged.push(JSON.parse(line));
      if (acknowledged.length === 2000) child.kill("SIGKILL");
    }
    await exited;
    expect(new Set(acknowledged.map(({ kind }) => kind)).size).toBe(7);
    const backend = await openSqliteBackend({ file });
    const missing: Acknowledged[] = [];
    for (const entry of acknowledged) if (!(await isThere(backend, entry))) missing.push(entry);
    expect(missing).toEqual([]);
    const { runId } = acknowledged.find(({ kind }) => kind === "running") ?? { runId: "" };
    const lease = await backend.queue.lease({ workerId: "w", leaseMs: 1000, signal: new AbortController().signal });
    expect(lease).toMatchObject({ attempt: 2, run: { runId } });
    await backend.close();
  }, 30_000);
});

async function isThere(backend: Backend, { kind, runId, threadId, key, seq }: Acknowledged): Promise<boolean> {
  switch (kind) {
    case "opened":
      return true;
    case "offered":
      return (await backend.runs.get(runId)) !== undefined;
    case "running":
      return (await backend.runs.get(runId))?.status === "pending";
    case "settled":
      return (
        (await backend.runs.get(runId))?.status === "success" && (await backend.events.read(runId, 0, 1)).length === 1
      );
    case "event":
      return (await backend.events.read(runId, seq - 1, 1))[0]?.seq === seq;
    case "item":
      return (await backend.store.get(["memory"], key)) !== null;
    case "checkpoint": {
      const checkpointer = backend.checkpointer(new JsonPlusSerializer());
      const config = { configurable: { thread_id: threadId } };
      for await (const _ of checkpointer.list(config, { filter: { run_id: runId }, limit: 1 })) return true;
      return false;
    }
  }
}
