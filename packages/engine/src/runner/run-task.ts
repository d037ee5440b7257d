import { CallbackManager, type CallbackManagerForChainRun } from "@langchain/core/callbacks/manager";
import { isGraphBubbleUp, isParentCommand } from "../error-guards.ts";
import { runWithAmbientConfig } from "../runtime/ambient.ts";
import { Command } from "../runtime/command.ts";
import { NAMESPACE_SEPARATOR, PARENT, RESUME } from "../runtime/constants.ts";
import { isPromise } from "../runtime/is-promise.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import type { TaskCall, TaskContext } from "../runtime/task-context.ts";
import { turns } from "../runtime/turns.ts";
import type { WriteContext } from "../step/pregel-node.ts";
import { readOwnState } from "../step/read-own-state.ts";
import type { Task } from "../step/task.ts";
import { emitReturnedMessages, markMessagesSeen } from "../stream/modes/messages.ts";
import { isHidden } from "../stream/modes/updates.ts";
import type { AttemptInfo } from "./attempt-info.ts";
import { pause, retryDelay } from "./retry.ts";
import type { RunContext } from "./run-context.ts";
import { taskConfig } from "./task-config.ts";
import { RunningTask } from "./task-context.ts";
import { withTimeouts } from "./timeout.ts";

/** How a task reaches the tasks above and below it. */
export interface TaskLinks {
  readonly parent: TaskContext | undefined;
  call(caller: RunningTask, call: TaskCall): Promise<unknown>;
  /** How many turns of the microtask queue the task's success is told after others that end with it. */
  readonly late?: number;
}

/**
 * Runs a task until it succeeds, or fails for good; its writes are in `task.writes` then. Stays synchronous when the node
 * is and nothing asks for more, so that a step of plain functions costs no turn of the event loop.
 */
export function runTask(run: RunContext, task: Task, links: TaskLinks): void | Promise<void> {
  const policy = task.node.retryPolicy ?? run.retryPolicy;
  const info: AttemptInfo = { attempt: 1, firstAttemptAt: Date.now() };
  const running = policy === undefined ? attempt(run, task, links, info) : attemptWithRetries(run, task, links, info);
  const { late = 0 } = links;
  if (late <= 0 || run.chain !== undefined) return running;
  // A failure is told at once.
  return running === undefined ? turns(late) : running.then(() => turns(late));
}

async function attemptWithRetries(run: RunContext, task: Task, links: TaskLinks, info: AttemptInfo): Promise<void> {
  const policy = task.node.retryPolicy ?? run.retryPolicy;
  for (;;) {
    try {
      return await attempt(run, task, links, info);
    } catch (error) {
      const delayMs = retryDelay(policy, error, info.attempt);
      if (delayMs === undefined || run.signal.aborted) throw error;
      if (policy?.logWarning !== false) {
        console.log(`Retrying task "${task.name}" after ${delayMs}ms (attempt ${info.attempt}): ${String(error)}`);
      }
      await pause(delayMs, run.signal);
      info.attempt += 1;
    }
  }
}

function attempt(run: RunContext, task: Task, links: TaskLinks, info: AttemptInfo): void | Promise<void> {
  const running: RunningTask = new RunningTask(run, task, links.parent, (call) => links.call(running, call));
  running.attempts = info;
  const config = taskConfig(run, task, running, info);
  const timeout = task.timeout ?? task.node.timeout;
  if (run.chain !== undefined) return attemptTraced(run, task, running, config, links.late);
  if (timeout !== undefined) {
    const body = (timed: LangGraphRunnableConfig) => runNode(run, task, running, timed);
    return withTimeouts(task.name, timeout, config, running, body).then(
      () => settle(task, running),
      (error: unknown) => fail(run, task, running, config, error),
    );
  }
  let pending: void | Promise<void>;
  try {
    pending = runNode(run, task, running, config);
  } catch (error) {
    return fail(run, task, running, config, error);
  }
  if (pending === undefined) return settle(task, running);
  return pending.then(
    () => settle(task, running),
    (error: unknown) => fail(run, task, running, config, error),
  );
}

/** The same as a chain run of its own, for callbacks and tracers. */
async function attemptTraced(
  run: RunContext,
  task: Task,
  running: RunningTask,
  config: LangGraphRunnableConfig,
  late = 0,
): Promise<void> {
  const child = run.chain?.getChild(`graph:step:${run.step}`);
  const manager = CallbackManager._configureSync(child, undefined, config.tags, undefined, config.metadata);
  const chainRun: CallbackManagerForChainRun | undefined = await manager?.handleChainStart(
    { lc: 1, type: "not_implemented", id: ["langgraph", task.name] },
    asRecord(task.input, "input"),
    undefined,
    undefined,
    undefined,
    undefined,
    task.name,
    undefined,
    tracingExtra(task),
  );
  const traced: LangGraphRunnableConfig =
    chainRun === undefined ? config : { ...config, callbacks: chainRun.getChild() };
  const timeout = task.timeout ?? task.node.timeout;
  try {
    const output = { value: undefined as unknown };
    const body = (timed: LangGraphRunnableConfig) => runNode(run, task, running, timed, output);
    if (timeout === undefined) await body(traced);
    else await withTimeouts(task.name, timeout, traced, running, body);
    settle(task, running);
    if (late > 0) await turns(late);
    await chainRun?.handleChainEnd(asRecord(output.value, "output"));
  } catch (error) {
    await chainRun?.handleChainError(error);
    await fail(run, task, running, traced, error);
  }
}

/** Core's tracer looks for a run's policy under this symbol, which it never sends. */
const TRACE_POLICY = Symbol.for("langchain.trace_policy");

function tracingExtra({ node }: Task): Record<string, unknown> | undefined {
  return node.tracePolicy === undefined ? undefined : { [TRACE_POLICY]: node.tracePolicy };
}

function asRecord(value: unknown, key: string): Record<string, unknown> {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
  return isRecord ? (value as Record<string, unknown>) : { [key]: value };
}

function runNode(
  run: RunContext,
  task: Task,
  running: RunningTask,
  config: LangGraphRunnableConfig,
  result?: { value: unknown },
): void | Promise<void> {
  const readers = run.stream.wants("messages") && !isHidden(task) ? run.stream.messageReceivers : undefined;
  if (readers !== undefined) markMessagesSeen(readers, task.input);
  const write = (output: unknown) => {
    if (result !== undefined) result.value = output;
    if (readers !== undefined) emitReturnedMessages(readers, run.stream.namespace, output, config);
    return runWriters(run, task, running, config, output);
  };
  return runWithAmbientConfig(config, () => {
    const output = task.node.run(task.input, config);
    return isPromise(output) ? output.then(write) : write(output);
  });
}

/** One writer after the other; only those that wait make the rest wait. */
function runWriters(
  run: RunContext,
  task: Task,
  running: RunningTask,
  config: LangGraphRunnableConfig,
  output: unknown,
): void | Promise<void> {
  const { writes } = running;
  const readState = (keys: string | readonly string[]) => readOwnState(run.state.channels, writes, keys);
  const context: WriteContext = { config, writes, readState };
  const { writers } = task.node;
  for (let i = 0; i < writers.length; i++) {
    const pending = writers[i]?.(output, context);
    if (pending !== undefined) return finishWriters(task, i + 1, pending, output, context);
  }
}

async function finishWriters(
  task: Task,
  from: number,
  pending: Promise<void>,
  output: unknown,
  context: WriteContext,
): Promise<void> {
  await pending;
  for (const writer of task.node.writers.slice(from)) await writer(output, context);
}

/** The attempt succeeded: its writes become the task's. */
function settle(task: Task, running: RunningTask): void {
  running.isOver = true;
  task.writes = running.hasNewAnswers ? [[RESUME, running.answers], ...running.writes] : running.writes;
}

/** A command for this graph from a graph below is applied here, as if the node had returned it; everything else is thrown. */
function fail(
  run: RunContext,
  task: Task,
  running: RunningTask,
  config: LangGraphRunnableConfig,
  error: unknown,
): void | Promise<void> {
  if (isParentCommand(error)) {
    const command = error.command as Command;
    if (command.graph === task.checkpointNs) {
      running.writes.length = 0;
      const pending = runWriters(run, task, running, config, command);
      return pending === undefined ? settle(task, running) : pending.then(() => settle(task, running));
    }
    if (command.graph === PARENT) error.command = commandFor(command, parentNamespace(task.checkpointNs));
  }
  running.isOver = true;
  if (isGraphBubbleUp(error) && running.answers.length > 0) task.writes = [[RESUME, running.answers]];
  throw error;
}

function commandFor(command: Command, graph: string): Command {
  const { update, goto, resume } = command;
  return new Command({
    graph,
    ...(update === undefined ? {} : { update }),
    ...(goto === undefined ? {} : { goto }),
    ...(resume === undefined ? {} : { resume }),
  });
}

/** Namespace of the task above: the last segment goes, and the number of a second graph of one task with it. */
function parentNamespace(namespace: string): string {
  const parts = namespace.split(NAMESPACE_SEPARATOR).slice(0, -1);
  while (/^\d+$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts.join(NAMESPACE_SEPARATOR);
}
