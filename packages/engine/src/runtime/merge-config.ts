import { mergeConfigs as mergeCoreConfigs, type RunnableConfig } from "@langchain/core/runnables";
import { ambientConfig, taskOf } from "./ambient.ts";
import { DEFAULT_RECURSION_LIMIT } from "./constants.ts";

/** A config with the fields that are always there. */
export type FullConfig = RunnableConfig & {
  configurable: Record<string, unknown>;
  metadata: Record<string, unknown>;
  tags: string[];
  recursionLimit: number;
  [field: string]: unknown;
};

/** These keys of `configurable` are also metadata of a run, unless set there. */
const COPIED_TO_METADATA = [
  "thread_id",
  "checkpoint_id",
  "checkpoint_ns",
  "task_id",
  "run_id",
  "assistant_id",
  "graph_id",
];

/**
 * The config of one call of a graph: the ambient config of the calling task beneath, then the graph's own, then the call's.
 * `configurable` and `metadata` merge, `tags` join, `callbacks` compose, of everything else the last wins.
 */
export function callConfig(...configs: (RunnableConfig | undefined)[]): FullConfig {
  const merged = emptyConfig();
  const ambient = ambientConfig();
  if (ambient !== undefined) mergeInto(merged, inherited(ambient, configs));
  for (const config of configs) if (config !== undefined) mergeInto(merged, config);
  for (const key of COPIED_TO_METADATA) {
    const value = merged.configurable[key];
    if (value !== undefined && merged.metadata[key] === undefined) merged.metadata[key] = value;
  }
  if (merged.timeout !== undefined) merged.signal = withTimeout(merged.signal, merged.timeout);
  return merged;
}

/** Merges configs without looking at the ambient one. */
export function mergeConfigs(...configs: (RunnableConfig | undefined)[]): FullConfig {
  const merged = emptyConfig();
  for (const config of configs) if (config !== undefined) mergeInto(merged, config);
  return merged;
}

function emptyConfig(): FullConfig {
  return { tags: [], metadata: {}, recursionLimit: DEFAULT_RECURSION_LIMIT, configurable: {} };
}

/** A config left over from outside of a task must not lend its thread to a call that names its own. */
function inherited(ambient: RunnableConfig, configs: (RunnableConfig | undefined)[]): RunnableConfig {
  const { runName: _, runId: __, ...rest } = ambient;
  if (taskOf(ambient) !== undefined) return rest;
  const namesThread = configs.some((config) => config?.configurable?.thread_id !== undefined);
  if (!namesThread) return rest;
  const { configurable: ___, ...withoutThread } = rest;
  return withoutThread;
}

function mergeInto(merged: FullConfig, config: RunnableConfig): void {
  for (const [key, value] of Object.entries(config)) {
    if (value === undefined) continue;
    if (key === "configurable" || key === "metadata") Object.assign(merged[key], value);
    else if (key === "tags")
      merged.tags = merged.tags.length === 0 ? [...(value as string[])] : join(merged.tags, value);
    else if (key === "callbacks") setCallbacks(merged, value);
    else merged[key] = value;
  }
}

function join(tags: string[], more: string[]): string[] {
  return [...new Set([...tags, ...more])];
}

function setCallbacks(merged: FullConfig, callbacks: RunnableConfig["callbacks"]): void {
  const composed =
    merged.callbacks === undefined
      ? callbacks
      : mergeCoreConfigs({ callbacks: merged.callbacks }, callbacks === undefined ? {} : { callbacks }).callbacks;
  if (composed !== undefined) merged.callbacks = composed;
}

function withTimeout(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
