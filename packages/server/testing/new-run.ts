import type { NewRun } from "@heddle/backend";
import { uuid7 } from "../src/ids.ts";

/** A run on a thread of its own, which is made with it, unless one is named. */
export function newRun(threadId = uuid7(Date.now())): NewRun {
  return {
    runId: uuid7(Date.now()),
    threadId,
    assistantId: uuid7(Date.now()),
    graphId: "g",
    createdAt: new Date().toISOString(),
    multitaskStrategy: "enqueue",
    assistantConfig: {},
    runConfig: {},
    assistantMetadata: {},
    runMetadata: {},
    thread: "create",
    kwargs: {
      input: null,
      context: {},
      stream_mode: ["values"],
      subgraphs: false,
      resumable: false,
      is_streamed: true,
      temporary: false,
    },
  };
}
