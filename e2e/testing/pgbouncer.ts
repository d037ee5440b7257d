import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { canConnect } from "./reachable.ts";
import { tempFolder } from "./temp-folder.ts";
import { until } from "./until.ts";

/** Where packages of distributions put it; not always in the path of a user. */
const PROGRAM = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"].find((path) =>
  existsSync(path),
);

/** PgBouncer refuses to run as root; then it runs as this user. */
const USER = "postgres";
const isRoot = process.getuid?.() === 0;

/** Whether a PgBouncer of one's own can be started here. */
export function canStartPgBouncer(): boolean {
  return PROGRAM !== undefined && (!isRoot || spawnSync("id", [USER]).status === 0);
}

export interface PgBouncer extends AsyncDisposable {
  /** The database behind it, as seen through it. */
  url: string;
}

/** A PgBouncer of one's own in front of a database, set up as docs/operating.md says. */
export async function startPgBouncer(target: string, poolMode: "transaction" | "session"): Promise<PgBouncer> {
  if (PROGRAM === undefined) throw new Error("There is no PgBouncer.");
  const { hostname, port, pathname, username } = new URL(target);
  const own = await freePort();
  const folder = await tempFolder();
  await chmod(folder.path, 0o755);
  const file = join(folder.path, "pgbouncer.ini");
  const lines = [
    "[databases]",
    // "any" below takes the user's name from here.
    `* = host=${hostname} port=${port || 5432} user=${username}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${own}`,
    "unix_socket_dir =",
    "auth_type = any",
    `pool_mode = ${poolMode}`,
    "default_pool_size = 10",
    "max_client_conn = 200",
  ];
  await writeFile(file, `${lines.join("\n")}\n`);
  const child = spawn(PROGRAM, [...(isRoot ? ["-u", USER] : []), file], { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  const ended = once(child, "close");
  await until("PgBouncer answers", () => {
    if (child.exitCode !== null) throw new Error(`PgBouncer did not start.\n${output}`);
    return canConnect(`postgres://127.0.0.1:${own}`, own);
  });
  return {
    url: `postgres://${username}@127.0.0.1:${own}${pathname}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
      await rm(folder.path, { recursive: true, force: true });
    },
  };
}
