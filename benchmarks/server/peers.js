import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const HERE = import.meta.dirname;
const require = createRequire(import.meta.url);

/** How each server is started on the same 1-node graph. */
export const PEERS = {
  ours: (port, dataDir) => ({
    args: [
      join(HERE, "../../packages/cli/bin/heddle.js"),
      "serve",
      ...["--config", join(HERE, "ours/langgraph.json"), "--port", String(port), "--data-dir", dataDir],
    ],
    cwd: join(HERE, "ours"),
  }),
  official: (port) => ({
    args: [
      join(dirname(require.resolve("@langchain/langgraph-cli/package.json")), "dist/cli/cli.mjs"),
      "dev",
      ...["--no-browser", "--no-reload", "--port", String(port), "--config", join(HERE, "official/langgraph.json")],
    ],
    cwd: join(HERE, "official"),
  }),
};

/** Starts a server and waits for its first `/ok`; says how long that took. */
export async function startPeer(name) {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), "heddle-bench-"));
  const { args, cwd } = PEERS[name](port, dataDir);
  const env = {
    ...process.env,
    LANGSMITH_TRACING: "false",
    LANGSMITH_ENDPOINT: "http://127.0.0.1:1",
    NODE_ENV: "production",
  };
  const began = performance.now();
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => (output = (output + data).slice(-4000)));
  const url = `http://127.0.0.1:${port}`;
  while (!(await isOk(url))) {
    if (child.exitCode !== null) throw new Error(`${name} did not start:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const startMs = performance.now() - began;
  const stop = async () => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-child.pid, "SIGKILL");
    await gone;
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(join(cwd, ".langgraph_api"), { recursive: true, force: true });
  };
  return {
    name,
    url,
    port,
    startMs,
    stop,
    memoryMb: () => treeMemoryMb(child.pid),
    processorMs: () => processorMs(child.pid),
  };
}

async function isOk(url) {
  try {
    return (await fetch(`${url}/ok`)).ok;
  } catch {
    return false;
  }
}

/** Resident memory of the largest process of the tree: the server, not its wrappers. */
function treeMemoryMb(pid) {
  const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return Math.max(own, ...children.split(" ").filter(Boolean).map(Number).map(treeMemoryMb));
}

/** Processor time so far; the clock of a shared machine also counts what others do. */
function processorMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
