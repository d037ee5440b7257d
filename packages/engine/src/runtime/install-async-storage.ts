import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";

/**
 * Gives core the async-local storage of Node, so that `interrupt()`, `getConfig()` and models inside of nodes find the
 * ambient config. Does nothing where there is none: browsers pass configs explicitly. The module is looked up at run time,
 * so that bundles for browsers do not mention it.
 */
export function installAsyncStorage(): void {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  const hooks = process?.getBuiltinModule?.("node:async_hooks") as typeof import("node:async_hooks") | undefined;
  if (hooks !== undefined) AsyncLocalStorageProviderSingleton.initializeGlobalInstance(new hooks.AsyncLocalStorage());
}
