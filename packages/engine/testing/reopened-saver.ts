import type { Checkpointer } from "@heddle/checkpoint";

/** Another saver on the same storage, as a new process would open it: nothing in memory is shared but what was stored. */
export function reopened(storage: Checkpointer): Checkpointer {
  return {
    getTuple: (config) => storage.getTuple(config),
    list: (config, options) => storage.list(config, options),
    put: (...args) => storage.put(...args),
    putWrites: (...args) => storage.putWrites(...args),
    deleteThread: (threadId) => storage.deleteThread(threadId),
    getNextVersion: (current) => storage.getNextVersion(current),
  };
}
