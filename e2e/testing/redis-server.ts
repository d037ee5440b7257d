import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./free-port.ts";
import { canConnect } from "./reachable.ts";
import { until } from "./until.ts";

const PROGRAM = "redis-server";

/** Whether a Redis of one's own can be started here. */
export function canStartRedis(): boolean {
  return spawnSync(PROGRAM, ["--version"]).status === 0;
}

/** A Redis of one's own that keeps nothing: killed and started again it is empty. */
export interface RedisServer extends AsyncDisposable {
  url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  let kill = async () => {};
  const start = async () => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const child = spawn(PROGRAM, args, { stdio: "ignore" });
    const ended = once(child, "close");
    kill = async () => {
      child.kill("SIGKILL");
      await ended;
    };
    await until("Redis answers", () => canConnect(`redis://127.0.0.1:${port}`, port));
  };
  await start();
  return { url: `redis://127.0.0.1:${port}`, start, kill: () => kill(), [Symbol.asyncDispose]: () => kill() };
}
