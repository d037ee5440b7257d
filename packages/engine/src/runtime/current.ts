import type { Store } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import { ambientConfig, taskOf } from "./ambient.ts";
import type { LangGraphRunnableConfig } from "./runtime.ts";

/** The config of the running node; undefined outside of one. */
export function getConfig(): LangGraphRunnableConfig {
  return ambientConfig() as LangGraphRunnableConfig;
}

/** The store of the running graph, undefined when it has none. */
export function getStore(config?: LangGraphRunnableConfig): Store | undefined {
  return requireConfig(config, "getStore").store;
}

/** The function that writes to the `custom` stream of the run. */
export function getWriter(config?: LangGraphRunnableConfig): ((chunk: unknown) => void) | undefined {
  return requireConfig(config, "getWriter").writer;
}

/** Writes a chunk to the `custom` stream of the run. */
export function writer<T = unknown>(chunk: T): void {
  const write = requireConfig(undefined, "writer").writer;
  if (write === undefined) throw new Error("Called writer() outside the context of a graph.");
  write(chunk);
}

/** The input of the running task: the state a tool was called from, for example. */
export function getCurrentTaskInput<T = unknown>(config?: RunnableConfig): T {
  const task = taskOf(requireConfig(config, "getCurrentTaskInput"));
  if (task === undefined) throw new Error("getCurrentTaskInput() was called outside the context of a graph task.");
  return task.input as T;
}

function requireConfig(config: RunnableConfig | undefined, caller: string): LangGraphRunnableConfig {
  const found = config ?? ambientConfig();
  if (found !== undefined) return found as LangGraphRunnableConfig;
  throw new Error(
    `Config not retrievable. This is likely because you are running in an environment without support for AsyncLocalStorage.\nIf you're running \`${caller}\` in such environment, pass the \`config\` from the node function directly.`,
  );
}

/** Types the custom stream from what a graph's `writer` option is. */
// biome-ignore lint/suspicious/noExplicitAny: upstream's type of an untyped custom stream
export type InferWriterType<T> = unknown extends T ? any : T extends (chunk: infer C) => unknown ? C : any;
