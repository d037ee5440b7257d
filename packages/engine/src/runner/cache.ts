import type { BaseCache, CacheFullKey, PendingWrite } from "@heddle/checkpoint";
import { CACHE_NAMESPACE } from "../runtime/constants.ts";
import { xxh3 } from "../runtime/xxh3.ts";
import type { CachePolicy } from "../step/node-policy.ts";
import type { Task } from "../step/task.ts";

/** The place of a task's result in the cache. */
function cacheKey(task: Task, policy: CachePolicy): CacheFullKey {
  const args = [task.input];
  const key = policy.keyFunc?.(args) ?? JSON.stringify(args);
  return [[CACHE_NAMESPACE, "__dynamic__", task.name], xxh3(key)];
}

/** The writes of a former run of the task with an equal input; undefined on a miss. */
export async function readCache(
  cache: BaseCache,
  task: Task,
  policy: CachePolicy,
): Promise<PendingWrite[] | undefined> {
  const [entry] = await cache.get([cacheKey(task, policy)]);
  return entry?.value as PendingWrite[] | undefined;
}

export async function writeCache(cache: BaseCache, task: Task, policy: CachePolicy): Promise<void> {
  const pair = { key: cacheKey(task, policy), value: task.writes };
  await cache.set([policy.ttl === undefined ? pair : { ...pair, ttl: policy.ttl }]);
}
