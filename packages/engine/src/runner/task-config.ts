import type { RunnableConfig } from "@langchain/core/runnables";
import { KEY, taskConfigurable } from "../runtime/config-keys.ts";
import { PREVIOUS } from "../runtime/constants.ts";
import { interruptWith } from "../runtime/interrupt.ts";
import type { InterruptOptions } from "../runtime/interrupt-options.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import { readChannel } from "../step/read-channels.ts";
import type { Task } from "../step/task.ts";
import type { AttemptInfo } from "./attempt-info.ts";
import type { RunContext } from "./run-context.ts";
import type { RunningTask } from "./task-context.ts";

/** The config a node receives, and everything called in it inherits. */
export function taskConfig(
  run: RunContext,
  task: Task,
  running: RunningTask,
  info: AttemptInfo,
): LangGraphRunnableConfig {
  const { config, templates } = run;
  const { checkpointNs } = task;
  const made: LangGraphRunnableConfig & RunnableConfig = { ...templates.config };
  if (task.node.tags.length > 0) made.tags = [...config.tags, ...task.node.tags];
  made.metadata = taskMetadata(run, task);
  const configurable = taskConfigurable(templates.configurable, {
    taskId: task.id,
    checkpointNs,
    checkpointMap: run.checkpointMap,
    task: running,
    send: (writes) => running.send(writes),
    read: (keys, fresh) => running.read(keys, fresh),
  });
  if (task.failure !== undefined) configurable[KEY.nodeError] = task.failure;
  if (run.state.channels.has(PREVIOUS)) configurable[KEY.previous] = readChannel(run.state.channels, PREVIOUS);
  made.configurable = configurable;
  made.interrupt = (value: unknown, options?: InterruptOptions) => interruptWith(made, value, options);
  // As core does where callbacks are handed on: their run is the node's, what is called below has a name of its own.
  if (run.chain === undefined && run.callbacks === undefined) made.runName = task.name;
  made.executionInfo = {
    checkpointId: run.checkpointId || run.unsavedId,
    checkpointNs,
    taskId: task.id,
    threadId: configurable.thread_id as string | undefined,
    runId: config.runId ?? (configurable.run_id as string | undefined),
    nodeAttempt: info.attempt,
    nodeFirstAttemptTime: info.firstAttemptAt,
  };
  return made;
}

function taskMetadata(run: RunContext, task: Task): Record<string, unknown> {
  const metadata = { ...run.templates.metadata };
  metadata.langgraph_step = run.step;
  metadata.langgraph_node = task.name;
  metadata.langgraph_triggers = task.triggers;
  metadata.langgraph_path = task.path;
  metadata.langgraph_checkpoint_ns = task.checkpointNs;
  metadata.checkpoint_ns = task.checkpointNs;
  const own = task.node.metadata;
  for (const _ in own) return Object.assign(metadata, own);
  return metadata;
}
