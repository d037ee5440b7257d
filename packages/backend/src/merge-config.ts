import type { NewRun } from "./run-queue.ts";

type Config = NewRun["assistantConfig"];

/** Later configs win; `configurable` and `metadata` are merged key by key. */
export function mergeConfigs(...configs: readonly Config[]): Config {
  const merged: Config = mergeRecords(...configs);
  for (const key of ["configurable", "metadata"] as const) {
    const parts = configs.map((config) => config[key]).filter(isRecord);
    if (parts.length > 0) merged[key] = mergeRecords(...parts);
  }
  return merged;
}

/** One level deep. An own key "__proto__" stays data, which it would not by assignment. */
export function mergeRecords(...records: readonly Record<string, unknown>[]): Record<string, unknown> {
  let merged: Record<string, unknown> = {};
  for (const record of records) merged = { ...merged, ...record };
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
