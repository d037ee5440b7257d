import type { RunnableConfig } from "@langchain/core/runnables";
import { _CONTEXT_VARIABLES_KEY, AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { KEY } from "./config-keys.ts";
import type { LangGraphRunnableConfig } from "./runtime.ts";
import type { TaskContext } from "./task-context.ts";

/** Where core keeps the ambient config inside its async-local storage. */
const CHILD_CONFIG = Symbol.for("lc:child_config");

/** The config of the task, tool or runnable which is running here; undefined outside. */
export function ambientConfig(): LangGraphRunnableConfig | undefined {
  return AsyncLocalStorageProviderSingleton.getRunnableConfig() as LangGraphRunnableConfig | undefined;
}

/**
 * Runs `body` with `config` as the ambient config, so that a model called in it streams its tokens and a graph called in
 * it is nested. This enters the storage by hand: core's `runWithConfig` would configure callbacks again and construct a
 * throw-away tracing tree, ten times the cost of the rest. Only a LangSmith tracer needs its tree, and gets it.
 */
export function runWithAmbientConfig<T>(config: RunnableConfig, body: () => T): T {
  const provider = AsyncLocalStorageProviderSingleton;
  if (hasTracer(config)) return provider.runWithConfig(config, body, true) as T;
  const storage = provider.getInstance();
  const store: Record<PropertyKey, unknown> = { extra: { [CHILD_CONFIG]: config } };
  const previous = storage.getStore() as Record<PropertyKey, unknown> | undefined;
  if (previous?.[_CONTEXT_VARIABLES_KEY] !== undefined)
    store[_CONTEXT_VARIABLES_KEY] = previous[_CONTEXT_VARIABLES_KEY];
  return storage.run(store, body) as T;
}

function hasTracer(config: RunnableConfig): boolean {
  const callbacks = config.callbacks;
  if (callbacks === undefined || Array.isArray(callbacks)) return false;
  return callbacks.handlers.some((handler) => handler.name === "langchain_tracer");
}

/** The running task a config belongs to; undefined when the config comes from outside of a graph. */
export function taskOf(config: RunnableConfig | undefined): TaskContext | undefined {
  return config?.configurable?.[KEY.scratchpad] as TaskContext | undefined;
}
