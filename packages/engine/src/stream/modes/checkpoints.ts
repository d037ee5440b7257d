import type { CheckpointMetadata } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { ChannelMap } from "../../channels/channel-map.ts";
import { isInternalKey } from "../../runtime/config-keys.ts";
import { readChannels } from "../../step/read-channels.ts";

export interface CheckpointChunkInput {
  config: RunnableConfig;
  parentConfig: RunnableConfig | undefined;
  channels: ChannelMap;
  streamKeys: string | readonly string[];
  metadata: CheckpointMetadata;
  tasks: readonly { readonly name: string }[];
}

/** The `checkpoints` chunk: the state after a step, and what runs next. Its configs are spelled as on the wire. */
export function checkpointChunk(input: CheckpointChunkInput): Record<string, unknown> {
  return {
    config: wireConfig(input.config),
    values: readChannels(input.channels, input.streamKeys),
    metadata: input.metadata,
    next: input.tasks.map((task) => task.name),
    tasks: input.tasks,
    parentConfig: input.parentConfig === undefined ? undefined : wireConfig(input.parentConfig),
  };
}

/** `recursionLimit` → `recursion_limit` and so on; without what only a process can hold. */
function wireConfig(config: RunnableConfig): Record<string, unknown> {
  const wire: Record<string, unknown> = {
    configurable: Object.fromEntries(Object.entries(config.configurable ?? {}).filter(([key]) => !isInternalKey(key))),
  };
  if (config.metadata !== undefined) wire.metadata = config.metadata;
  if (config.callbacks !== undefined) wire.callbacks = config.callbacks;
  if (config.recursionLimit !== undefined) wire.recursion_limit = config.recursionLimit;
  if (config.maxConcurrency !== undefined) wire.max_concurrency = config.maxConcurrency;
  if (config.timeout !== undefined) wire.timeout = config.timeout;
  if (config.runId !== undefined) wire.run_id = config.runId;
  if (config.runName !== undefined) wire.run_name = config.runName;
  if (config.tags !== undefined) wire.tags = config.tags;
  return wire;
}
