import { CommandProcess } from "./command-process.ts";
import { newDatabase, type TestDatabase } from "./database.ts";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

export interface ServerOptions {
  /** The langgraph.json to serve. */
  config: string;
  env?: Record<string, string>;
  /** More flags. */
  args?: string[];
  command?: "dev" | "serve";
  /** Where the configuration mounts it: `/agents`. */
  prefix?: string;
  /** Shared by several servers; one of its own, removed afterwards, unless given. */
  database?: TestDatabase;
  /** A worker has no door: it is ready when it says so. */
  role?: "http" | "worker";
}

/** Starts a real server process and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const database = options.database ?? (await newDatabase());
  const server = new TestServer(options, database, await freePort());
  try {
    await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

/** A server process that can be stopped, killed and started again on the same data and port. */
export class TestServer implements AsyncDisposable {
  readonly url: string;
  readonly #database: TestDatabase;
  readonly #options: ServerOptions;
  readonly #args: string[];
  #process: CommandProcess | undefined;

  constructor(options: ServerOptions, database: TestDatabase, port: number) {
    this.#options = options;
    this.#database = database;
    this.url = `http://127.0.0.1:${port}${options.prefix ?? ""}`;
    const { command = "serve", config, role, args = [] } = options;
    const place = ["--config", config, "--port", String(port), ...database.args];
    const kind = [...(command === "dev" ? ["--no-browser"] : []), ...(role === undefined ? [] : ["--role", role])];
    this.#args = [command, ...place, ...kind, ...args];
  }

  async start(): Promise<void> {
    const started = new CommandProcess(this.#args, this.#options.env);
    this.#process = started;
    try {
      await until(`${this.url}/ok answers`, () => {
        if (started.hasExited) throw new Error("The server process has ended.");
        if (this.#options.role === "worker") return started.output.includes("Heddle is ready");
        return fetch(`${this.url}/ok`).then(
          (response) => response.ok,
          () => false,
        );
      });
    } catch (cause) {
      await started.kill("SIGKILL");
      throw new Error(`The server did not start.\n${started.output}`, { cause });
    }
  }

  /** What the process has written. */
  output(): string {
    return this.#process?.output ?? "";
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error("The server was not started.");
    return pid;
  }

  /** Ends it as an operator would; its exit code. */
  async stop(): Promise<number | null> {
    return (await this.#process?.kill("SIGTERM")) ?? null;
  }

  async kill9(): Promise<void> {
    await this.#process?.kill("SIGKILL");
  }

  async restart(): Promise<void> {
    await this.kill9();
    await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill9();
    if (this.#options.database === undefined) await this.#database[Symbol.asyncDispose]();
  }
}
