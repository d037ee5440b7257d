import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ownDatabase } from "./database.js";

const HERE = import.meta.dirname;
const require = createRequire(import.meta.url);

/** Starts a server and waits for it: ours on SQLite or on PostgreSQL, or the official one, which keeps all in memory. */
export async function startPeer(name) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "heddle-bench-"));
  const database = name === "ours on PostgreSQL" ? await ownDatabase() : undefined;
  const place = database === undefined ? ["--data-dir", folder] : ["--database", database.url];
  const ours = [join(HERE, "../../packages/cli/bin/heddle.js"), "serve", "--config", join(HERE, "ours/langgraph.json")];
  const cli = () => join(dirname(require.resolve("@langchain/langgraph-cli/package.json")), "dist/cli/cli.mjs");
  const config = join(HERE, "official/langgraph.json");
  const args =
    name === "official"
      ? [cli(), "dev", "--no-browser", "--no-reload", "--port", String(port), "--config", config]
      : [...ours, "--port", String(port), "--n-jobs-per-worker", "64", ...place];
  const cwd = join(HERE, name === "official" ? "official" : "ours");
  const env = { ...process.env, LANGSMITH_TRACING: "false", NODE_ENV: "production" };
  const child = spawn(process.execPath, args, { cwd, env, stdio: "ignore", detached: true });
  const isOk = () =>
    fetch(`http://127.0.0.1:${port}/ok`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isOk())) {
    if (child.exitCode !== null) throw new Error(`${name} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    port,
    /** Statements, each of which is a transaction; undefined where there is no PostgreSQL. */
    async statements() {
      if (database === undefined) return undefined;
      // The counters of a connection are added up at most once a second.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const [row] = await database.query(
        "SELECT xact_commit::int AS n FROM pg_stat_database WHERE datname = current_database()",
      );
      return row.n;
    },
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      process.kill(-child.pid, "SIGKILL");
      await gone;
      await database?.drop();
      rmSync(folder, { recursive: true, force: true });
      rmSync(join(cwd, ".langgraph_api"), { recursive: true, force: true });
    },
  };
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
