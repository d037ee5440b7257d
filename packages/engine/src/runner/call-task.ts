import { type PendingWrite, uuid5Within } from "@heddle/checkpoint";
import { NAMESPACE_END, PUSH, RETURN } from "../runtime/constants.ts";
import type { TaskCall, TaskContext } from "../runtime/task-context.ts";
import type { TimeoutPolicy } from "../runtime/timeout-policy.ts";
import type { CachePolicy, RetryPolicy } from "../step/node-policy.ts";
import { taskNamespace } from "../step/plan-tasks.ts";
import { PregelNode } from "../step/pregel-node.ts";
import { type Task, type TaskPath, taskPathText } from "../step/task.ts";
import type { RunContext } from "./run-context.ts";
import type { RunningTask } from "./task-context.ts";

/**
 * Runs a functional task or a step as a child of a running task. Tasks are matched by caller and order, steps by caller and
 * name: what finished before an interrupt or a retry returns its stored result without running.
 */
export function callTask(
  run: RunContext,
  caller: RunningTask,
  call: TaskCall,
  execute: (task: Task, parent: TaskContext) => Promise<void>,
): Promise<unknown> {
  const task = call.isStep === true ? makeStep(run, caller, call) : makeCallTask(run, caller, call);
  const stored = run.pendingWrites.get(task.id)?.find(([channel]) => channel === RETURN);
  if (stored !== undefined) {
    task.writes = [stored];
    if (task.isStep !== true) run.onTaskStart(task);
    run.onTakenOver(task);
    return Promise.resolve(stored[1]);
  }
  const result = execute(task, caller)
    .then(() => (call.isStep === true ? run.untilSaved() : undefined))
    .then(() => returnedBy(task.writes));
  // The caller may never await it: its failure is then the caller's to ignore.
  result.catch(() => {});
  return result;
}

function returnedBy(writes: readonly PendingWrite[]): unknown {
  return writes.find(([channel]) => channel === RETURN)?.[1];
}

function makeCallTask(run: RunContext, caller: RunningTask, call: TaskCall): Task {
  const index = caller.callCount++;
  const ns = taskNamespace(run.namespace, call.name);
  const parentPath = caller.path;
  const id = run.makeTaskId(ns, String(run.step), call.name, PUSH, taskPathText(parentPath), index);
  const path: TaskPath = [PUSH, parentPath, index, true];
  return { ...callFields(ns, id, call), id, path };
}

/**
 * A step is matched by its name, and by order among those of the same name. Its id is made within the caller's, so that a
 * retry finds it even where nothing is saved.
 */
function makeStep(run: RunContext, caller: RunningTask, call: TaskCall): Task {
  const index = caller.countStep(call.name);
  const id = uuid5Within(caller.taskId)(JSON.stringify(["step", call.name, index]));
  const path: TaskPath = [PUSH, caller.path, call.name, index, true];
  return { ...callFields(taskNamespace(run.namespace, call.name), id, call), id, path, isStep: true };
}

function callFields(namespace: string, id: string, call: TaskCall): Omit<Task, "id" | "path"> {
  const node = new PregelNode({
    channels: "",
    triggers: [PUSH],
    run: (input, config) => call.func(...(input as unknown[]), config),
    writers: [(output, { writes }) => void writes.push([RETURN, output])],
    retryPolicy: call.retry as RetryPolicy | undefined,
    cachePolicy: call.cache as CachePolicy | undefined,
    timeout: call.timeout as TimeoutPolicy | undefined,
  });
  const checkpointNs = `${namespace}${NAMESPACE_END}${id}`;
  return { name: call.name, node, input: call.input, triggers: [PUSH], checkpointNs, writes: [] };
}
