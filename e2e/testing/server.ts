import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandProcess } from "./command-process.ts";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

export interface ServerOptions {
  /** The langgraph.json to serve. */
  config: string;
  env?: Record<string, string>;
  /** More flags. */
  args?: string[];
  command?: "dev" | "serve";
  /** Where its database lies; a folder of its own, removed afterwards, unless given. */
  dataDir?: string;
}

/** Starts a real server process and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "heddle-e2e-")));
  const server = new TestServer(options, dataDir, await freePort());
  await server.start();
  return server;
}

/** A server process that can be stopped, killed and started again on the same data and port. */
export class TestServer implements AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  readonly #options: ServerOptions;
  readonly #args: string[];
  #process: CommandProcess | undefined;

  constructor(options: ServerOptions, dataDir: string, port: number) {
    this.#options = options;
    this.dataDir = dataDir;
    this.url = `http://127.0.0.1:${port}`;
    const { command = "serve", config, args = [] } = options;
    const place = ["--config", config, "--port", String(port), "--data-dir", dataDir];
    this.#args = [command, ...place, ...(command === "dev" ? ["--no-browser"] : []), ...args];
  }

  async start(): Promise<void> {
    const started = new CommandProcess(this.#args, this.#options.env);
    this.#process = started;
    try {
      await until(`${this.url}/ok answers`, () => {
        if (started.hasExited) throw new Error("The server process has ended.");
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
    if (this.#options.dataDir === undefined) await rm(this.dataDir, { recursive: true, force: true });
  }
}
