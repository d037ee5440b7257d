import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const HEDDLE = resolve(import.meta.dirname, "../../packages/cli/bin/heddle.js");

/** What of our own environment a server under test sees: no keys, no settings. */
const PASSED_ON = ["PATH", "HOME", "TMPDIR", "SystemRoot"];

/** A `heddle` command that runs in a process of its own. */
export class CommandProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = "";

  constructor(args: string[], env: Record<string, string> = {}) {
    const inherited = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
    this.#child = spawn(process.execPath, [HEDDLE, ...args], {
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const append = (chunk: Buffer): void => {
      this.#output += chunk;
    };
    this.#child.stdout?.on("data", append);
    this.#child.stderr?.on("data", append);
    // "close" comes after the last output.
    this.#exited = once(this.#child, "close");
  }

  /** What it has written so far, stdout and stderr in one. */
  get output(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Its exit code; null when a signal ended it. */
  async exitCode(): Promise<number | null> {
    await this.#exited;
    return this.#child.exitCode;
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.hasExited) this.#child.kill(signal);
    return this.exitCode();
  }
}
