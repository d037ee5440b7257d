import type { PendingWrite } from "@heddle/checkpoint";
import { Runnable, type RunnableConfig } from "@langchain/core/runnables";
import { taskOf } from "../runtime/ambient.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import { toNodeFunction } from "./to-node-function.ts";

/** Writes a value to channels and passes it on. */
export class ChannelWrite extends Runnable {
  override lc_namespace = ["langgraph", "pregel"];
  readonly #channels: readonly string[];
  readonly #mapped: Readonly<Record<string, unknown>>;

  /** `channels` receive the value as it is; `mapped` a value of their own, or what a function makes of it. */
  constructor(channels: readonly string[], mapped: Readonly<Record<string, unknown>> = {}) {
    super();
    this.#channels = channels;
    this.#mapped = mapped;
  }

  override async invoke(input: unknown, config?: RunnableConfig): Promise<unknown> {
    taskOf(config)?.send(await this.writesOf(input, (config ?? {}) as LangGraphRunnableConfig));
    return input;
  }

  async writesOf(value: unknown, config: LangGraphRunnableConfig): Promise<PendingWrite[]> {
    const writes: PendingWrite[] = this.#channels.map((channel) => [channel, value]);
    for (const [channel, mapped] of Object.entries(this.#mapped)) {
      const isMapper = typeof mapped === "function" || Runnable.isRunnable(mapped);
      writes.push([channel, isMapper ? await toNodeFunction(mapped)(value, config) : mapped]);
    }
    return writes;
  }
}
