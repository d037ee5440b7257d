import { execFile, spawnSync } from "node:child_process";
import { chmod, chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";

const execute = promisify(execFile);

const INSTALLED = "/usr/lib/postgresql";

/** PostgreSQL refuses to run as root; then it runs as this user. */
const USER = "postgres";
const isRoot = process.getuid?.() === 0;

/** Where the server's programs are: the newest that is installed. */
async function programs(): Promise<string | undefined> {
  if (isRoot && spawnSync("id", [USER]).status !== 0) return undefined;
  const versions = await readdir(INSTALLED).catch(() => []);
  const newest = versions.map(Number).sort((left, right) => right - left)[0];
  return newest === undefined ? undefined : join(INSTALLED, String(newest), "bin");
}

/** Whether a PostgreSQL of one's own can be started here. */
export async function canStartPostgres(): Promise<boolean> {
  return (await programs()) !== undefined;
}

/** A PostgreSQL of one's own, which can be restarted. */
export class PostgresCluster implements AsyncDisposable {
  readonly port: number;
  readonly #bin: string;
  readonly #folder: string;

  private constructor(bin: string, folder: string, port: number) {
    this.#bin = bin;
    this.#folder = folder;
    this.port = port;
  }

  static async start(): Promise<PostgresCluster> {
    const bin = await programs();
    if (bin === undefined) throw new Error(`There is no PostgreSQL below ${INSTALLED}.`);
    const folder = await mkdtemp(join(tmpdir(), "heddle-postgres-"));
    const cluster = new PostgresCluster(bin, folder, await freePort());
    if (isRoot) {
      const [uid, gid] = ["-u", "-g"].map((flag) => Number(spawnSync("id", [flag, USER]).stdout));
      await chown(folder, uid ?? 0, gid ?? 0);
    }
    await chmod(folder, 0o700);
    await cluster.#run("initdb", ["-D", join(folder, "data"), "-U", "postgres", "-A", "trust", "--no-sync"]);
    await cluster.#control("start");
    return cluster;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** As an operator does: sessions are ended, what was committed is flushed. */
  restart(): Promise<void> {
    return this.#control("restart");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#control("stop");
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #control(action: "start" | "restart" | "stop"): Promise<void> {
    const options = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.#folder}`;
    const log = join(this.#folder, "log");
    const start = action === "stop" ? [] : ["-o", options, "-l", log];
    await this.#run("pg_ctl", ["-D", join(this.#folder, "data"), "-w", "-m", "fast", ...start, action]);
  }

  async #run(program: string, args: string[]): Promise<void> {
    const command = [join(this.#bin, program), ...args];
    const [file = "", ...rest] = isRoot ? ["runuser", "-u", USER, "--", ...command] : command;
    await execute(file, rest, { cwd: this.#folder });
  }
}
