import { spawn } from "node:child_process";
import { join } from "node:path";
import { ownDatabase } from "./database.js";
import { freePort } from "./peers.js";

const HERE = import.meta.dirname;
const HEDDLE = join(HERE, "../../packages/cli/bin/heddle.js");

/** One process that answers and some that work, on a PostgreSQL database of their own. */
export async function startProcesses({ workers, jobs = 10 }) {
  const database = await ownDatabase();
  const port = await freePort();
  const children = [];
  const start = async (role, ownPort) => {
    const place = [
      "--config",
      join(HERE, "ours/langgraph.json"),
      "--port",
      String(ownPort),
      "--database",
      database.url,
    ];
    const args = [HEDDLE, "serve", "--role", role, "--n-jobs-per-worker", String(jobs), ...place];
    const child = spawn(process.execPath, args, { env: { ...process.env, NODE_ENV: "production" } });
    children.push(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    while (!output.includes("Heddle is ready")) {
      if (child.exitCode !== null) throw new Error(`--role ${role} did not start: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await start("http", port);
  for (let n = 0; n < workers; n++) await start("worker", port + 1 + n);
  return {
    port,
    query: database.query,
    async stop() {
      for (const child of children) {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await gone;
      }
      await database.drop();
    },
  };
}
