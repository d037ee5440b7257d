import type { PendingWrite } from "@heddle/checkpoint";
import { KEY } from "../runtime/config-keys.ts";
import { interruptWith } from "../runtime/interrupt.ts";
import type { InterruptOptions } from "../runtime/interrupt-options.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import { serverInfo } from "../runtime/server-info.ts";
import type { Task } from "../step/task.ts";
import type { RunContext } from "./run-context.ts";
import type { RunningTask } from "./task-context.ts";

/** When a node was first tried, and how often. */
export interface AttemptInfo {
  attempt: number;
  firstAttemptAt: number | undefined;
}

/** The config a node receives, and everything called in it inherits. */
export function taskConfig(
  run: RunContext,
  task: Task,
  running: RunningTask,
  info: AttemptInfo,
): LangGraphRunnableConfig {
  const { config, step } = run;
  const { node, checkpointNs } = task;
  const threadId = config.configurable.thread_id as string | undefined;
  const made: LangGraphRunnableConfig = {
    ...run.taskDefaults,
    tags: node.tags.length === 0 ? config.tags : [...config.tags, ...node.tags],
    metadata: {
      ...config.metadata,
      langgraph_step: step,
      langgraph_node: task.name,
      langgraph_triggers: task.triggers,
      langgraph_path: task.path,
      langgraph_checkpoint_ns: checkpointNs,
      checkpoint_ns: checkpointNs,
      ...node.metadata,
    },
    configurable: {
      ...config.configurable,
      [KEY.taskId]: task.id,
      [KEY.send]: (writes: PendingWrite[]) => running.send(writes),
      [KEY.checkpointer]: run.scope.checkpointer,
      [KEY.scratchpad]: running,
      checkpoint_map: run.checkpointMap,
      checkpoint_id: undefined,
      checkpoint_ns: checkpointNs,
    },
    runName: task.name,
    signal: run.signal,
    interrupt: (value: unknown, options?: InterruptOptions) => interruptWith(made, value, options),
    executionInfo: {
      checkpointId: run.checkpointId,
      checkpointNs,
      taskId: task.id,
      threadId,
      runId: config.runId ?? (config.configurable.run_id as string | undefined),
      nodeAttempt: info.attempt,
      ...(info.firstAttemptAt === undefined ? {} : { nodeFirstAttemptTime: info.firstAttemptAt }),
    },
  };
  const server = serverInfo(config);
  if (server !== undefined) made.serverInfo = server;
  if (run.callbacks !== undefined) made.callbacks = run.callbacks;
  if (task.failure !== undefined && made.configurable !== undefined) made.configurable[KEY.nodeError] = task.failure;
  return made;
}
