import type { CallbackManager } from "@langchain/core/callbacks/manager";
import { configurableTemplate } from "../runtime/config-keys.ts";
import type { FullConfig } from "../runtime/merge-config.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import { serverInfo } from "../runtime/server-info.ts";
import type { RunScope } from "../runtime/task-context.ts";
import type { StreamMux } from "../stream/stream-mux.ts";

/** What the configs of all tasks of a run have in common, with every key in place: a task copies and fills it. */
export interface TaskTemplates {
  readonly config: LangGraphRunnableConfig;
  readonly configurable: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

/** Custom chunks of a nested graph that nobody reads here go to the graph above, as its own. */
function makeWriter(config: FullConfig, stream: StreamMux): (chunk: unknown) => void {
  const above = config.writer as ((chunk: unknown) => void) | undefined;
  return (chunk) => {
    if (above === undefined || stream.wants("custom")) stream.emit("custom", chunk);
    else above(chunk);
  };
}

export function taskTemplates(
  config: FullConfig & { context?: unknown },
  scope: RunScope,
  stream: StreamMux,
  signal: AbortSignal,
  callbacks: CallbackManager | undefined,
): TaskTemplates {
  const shared: Record<string, unknown> = {
    tags: config.tags,
    metadata: undefined,
    recursionLimit: config.recursionLimit,
    configurable: undefined,
    signal,
    writer: makeWriter(config, stream),
    interrupt: undefined,
    control: scope.control,
    runName: undefined,
    executionInfo: undefined,
  };
  if (config.context !== undefined) shared.context = config.context;
  if (scope.store !== undefined) shared.store = scope.store;
  const info = serverInfo(config);
  if (info !== undefined) shared.serverInfo = info;
  if (callbacks !== undefined) shared.callbacks = callbacks;
  if (config.maxConcurrency !== undefined) shared.maxConcurrency = config.maxConcurrency;
  return {
    config: shared as LangGraphRunnableConfig,
    configurable: configurableTemplate(config.configurable, scope.checkpointer),
    metadata: {
      ...config.metadata,
      langgraph_step: undefined,
      langgraph_node: undefined,
      langgraph_triggers: undefined,
      langgraph_path: undefined,
      langgraph_checkpoint_ns: undefined,
      checkpoint_ns: undefined,
    },
  };
}
