import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HEDDLE = fileURLToPath(new URL("../../packages/cli/bin/heddle.js", import.meta.url));

/** Starts a real server on a free port and waits until it says where it is. */
export async function startServer(config) {
  const folder = await mkdtemp(join(tmpdir(), "heddle-browser-"));
  const file = fileURLToPath(new URL(config, import.meta.url));
  const child = spawn(process.execPath, [HEDDLE, "serve", "--config", file, "--port", "0", "--data-dir", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  const url = await new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error(`The server did not start: ${output}`)));
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const found = /ready at (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const stop = async () => {
    child.removeAllListeners("exit");
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    await rm(folder, { recursive: true });
  };
  return { url, stop };
}
