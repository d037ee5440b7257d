import { isGraphBubbleUp, isGraphDrained, isGraphInterrupt, isParentCommand } from "../error-guards.ts";
import { ERROR, ERROR_SOURCE_NODE, PUSH } from "../runtime/constants.ts";
import type { TaskCall, TaskContext } from "../runtime/task-context.ts";
import { isFinished } from "../step/is-finished.ts";
import { taskNamespace } from "../step/plan-tasks.ts";
import type { Task } from "../step/task.ts";
import { readCache, writeCache } from "./cache.ts";
import { callTask } from "./call-task.ts";
import type { RunContext } from "./run-context.ts";
import { runTask, type TaskLinks } from "./run-task.ts";
import type { RunningTask } from "./task-context.ts";

/**
 * Runs the tasks of one superstep side by side. Each is committed as it ends. The first failure aborts the run's signal and
 * ends the step without waiting for the others; interrupts let the others finish.
 */
export class StepRunner {
  readonly #run: RunContext;
  #running = 0;
  #waiting: Task[];
  readonly #maxConcurrency: number;
  readonly #errors: unknown[] = [];
  readonly #interrupts: unknown[] = [];
  #hasInterrupt = false;
  #interruptError: unknown;
  #drain: unknown;
  #parentCommand: unknown;
  #isOver = false;
  /** Between the first failure and the end of the step. */
  #grace: ReturnType<typeof setTimeout> | undefined;
  /** The least of the tasks' `settlingTurns`. */
  readonly #quickest: number;
  #resolve: () => void = () => {};

  constructor(run: RunContext, tasks: readonly Task[]) {
    this.#run = run;
    this.#waiting = [...tasks];
    this.#quickest = tasks.reduce((least, { node }) => Math.min(least, node.settlingTurns), Number.POSITIVE_INFINITY);
    this.#maxConcurrency = run.config.maxConcurrency ?? Number.POSITIVE_INFINITY;
  }

  /** Resolves when every task has ended; throws, in this order, errors, interrupts, a drain, a command for the parent. */
  async finish(): Promise<void> {
    const { signal } = this.#run;
    signal.throwIfAborted();
    this.#startWaiting();
    this.#run.onStepStarted();
    if (!this.#isOver) await this.#untilOver(signal);
    this.#throwOutcome();
  }

  async #untilOver(signal: AbortSignal): Promise<void> {
    const onAbort = () => this.#end();
    signal.addEventListener("abort", onAbort, { once: true });
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      if (this.#isOver) resolve();
    });
    signal.removeEventListener("abort", onAbort);
    if (this.#errors.length === 0) signal.throwIfAborted();
  }

  #startWaiting(): void {
    while (this.#running < this.#maxConcurrency && !this.#isFailing) {
      const task = this.#waiting.shift();
      if (task === undefined) break;
      this.#start(task);
    }
    if (this.#running === 0) this.#end();
  }

  /** With limited concurrency, tasks that have not begun when one fails never begin. */
  get #isFailing(): boolean {
    return this.#errors.length > 0 && this.#maxConcurrency !== Number.POSITIVE_INFINITY;
  }

  #start(task: Task): void {
    this.#running += 1;
    const pending = this.#execute(task, { parent: undefined, call: this.#call });
    if (pending === undefined) this.#ended();
    else pending.then(() => this.#afterwards());
  }

  #ended(): void {
    this.#running -= 1;
  }

  #afterwards(): void {
    this.#ended();
    if (!this.#isOver) this.#startWaiting();
  }

  /** Never rejects: every outcome is committed. */
  #execute(task: Task, links: TaskLinks): undefined | Promise<void> {
    const failed = this.#handlerOfStoredFailure(task);
    if (failed !== undefined) return failed();
    const { cache } = this.#run.scope;
    if (cache !== undefined && task.node.cachePolicy !== undefined) return this.#executeCached(task, links);
    try {
      const pending = runTask(this.#run, task, { ...links, late: task.node.settlingTurns - this.#quickest });
      if (pending === undefined) {
        this.#commitSuccess(task, false);
        return undefined;
      }
      return pending.then(
        () => this.#commitSuccess(task, false),
        (error: unknown) => this.#commitError(task, error),
      );
    } catch (error) {
      return this.#commitError(task, error);
    }
  }

  async #executeCached(task: Task, links: TaskLinks): Promise<void> {
    const { cache } = this.#run.scope;
    const { cachePolicy } = task.node;
    if (cache === undefined || cachePolicy === undefined) return;
    try {
      const cached = await readCache(cache, task, cachePolicy);
      if (cached === undefined) await runTask(this.#run, task, links);
      else task.writes = cached;
      if (cached === undefined) await writeCache(cache, task, cachePolicy);
      this.#commitSuccess(task, cached !== undefined);
    } catch (error) {
      await this.#commitError(task, error);
    }
  }

  #commitSuccess(task: Task, isCached: boolean): void {
    if (this.#isOver) return;
    if (this.#running <= 1 && this.#waiting.length === 0) this.#run.onStepEnding();
    this.#run.commit(task, { type: "success", isCached });
  }

  #commitError(task: Task, error: unknown): undefined | Promise<void> {
    if (this.#isOver) return undefined;
    if (isGraphInterrupt(error)) {
      this.#hasInterrupt = true;
      this.#interrupts.push(...error.interrupts);
      this.#interruptError ??= error;
      this.#run.commit(task, { type: "interrupt", interrupts: error.interrupts, error });
    } else if (isGraphBubbleUp(error)) {
      if (isGraphDrained(error)) this.#drain ??= error;
      else if (isParentCommand(error)) this.#parentCommand ??= error;
      this.#run.commit(task, { type: "bubble", error });
    } else {
      return this.#commitFailure(task, toError(error), error);
    }
    return undefined;
  }

  #commitFailure(task: Task, error: Error, thrown: unknown): undefined | Promise<void> {
    const handler = errorHandlerTask(this.#run, task, error);
    if (handler !== undefined) {
      this.#run.onTaskStart(handler);
      this.#run.commit(task, { type: "failure", error, isHandled: true });
      // What ends in the same turn as the failure is committed before the handler runs.
      return Promise.resolve().then(() => this.#execute(handler, { parent: undefined, call: this.#call }));
    }
    this.#run.commit(task, { type: "failure", error, isHandled: false });
    this.#errors.push(thrown);
    // Siblings that fail in the same turn are reported too; later ones only fail because of the abort.
    this.#grace ??= setTimeout(() => this.#end(), 0);
    return undefined;
  }

  /** A task that failed in a former run, of which only the handler is still to run. */
  #handlerOfStoredFailure(task: Task): (() => undefined | Promise<void>) | undefined {
    const stored = this.#run.pendingWrites.get(task.id);
    if (stored?.some(([channel]) => channel === ERROR_SOURCE_NODE) !== true) return undefined;
    const record = stored.find(([channel]) => channel === ERROR)?.[1] as
      | { message?: string; name?: string }
      | undefined;
    const error = new Error(record?.message);
    error.name = record?.name ?? "Error";
    const handler = errorHandlerTask(this.#run, task, error);
    return handler === undefined ? undefined : () => this.#resumeHandler(handler);
  }

  #resumeHandler(handler: Task): undefined | Promise<void> {
    const written = this.#run.pendingWrites.get(handler.id);
    if (isFinished(written)) {
      handler.writes = written;
      this.#run.commit(handler, { type: "success", isCached: true });
      return undefined;
    }
    this.#run.onTaskStart(handler);
    return this.#execute(handler, { parent: undefined, call: this.#call });
  }

  /** A functional task called by a running one. */
  readonly #call = (caller: RunningTask, call: TaskCall): Promise<unknown> => {
    this.#running += 1;
    const result = callTask(this.#run, caller, call, (task, parent: TaskContext) => this.#executeCall(task, parent));
    result.then(
      () => this.#afterwards(),
      () => this.#afterwards(),
    );
    return result;
  };

  /** Throws what the task threw, after committing it. */
  async #executeCall(task: Task, parent: TaskContext): Promise<void> {
    this.#run.onTaskStart(task);
    const { cache } = this.#run.scope;
    const { cachePolicy } = task.node;
    try {
      const isCacheable = cache !== undefined && cachePolicy !== undefined;
      const cached = isCacheable ? await readCache(cache, task, cachePolicy) : undefined;
      if (cached === undefined) await runTask(this.#run, task, { parent, call: this.#call });
      else task.writes = cached;
      if (cached === undefined && isCacheable) await writeCache(cache, task, cachePolicy);
      this.#commitSuccess(task, cached !== undefined);
    } catch (error) {
      if (isGraphInterrupt(error)) this.#run.commit(task, { type: "interrupt", interrupts: error.interrupts, error });
      else if (!isGraphBubbleUp(error))
        this.#run.commit(task, { type: "failure", error: toError(error), isHandled: true });
      throw error;
    }
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting = [];
    clearTimeout(this.#grace);
    if (this.#errors.length > 0) this.#run.abort(this.#errors[0]);
    this.#resolve();
  }

  #throwOutcome(): void {
    if (this.#errors.length === 1) throw this.#errors[0];
    if (this.#errors.length > 1) {
      throw new AggregateError(
        this.#errors,
        `Multiple errors occurred during superstep ${this.#run.step}. See the "errors" field of this exception for more details.`,
      );
    }
    if (this.#hasInterrupt) throw mergeInterrupts(this.#interruptError, this.#interrupts);
    if (this.#drain !== undefined) throw this.#drain;
    if (this.#parentCommand !== undefined) throw this.#parentCommand;
  }
}

/** Parallel interrupts of one step are raised as one. */
function mergeInterrupts(error: unknown, interrupts: unknown[]): unknown {
  if (!isGraphInterrupt(error) || error.interrupts.length === interrupts.length) return error;
  error.interrupts = interrupts as typeof error.interrupts;
  return error;
}

/** The error handler of a failed node, if it has one: a task of the same superstep, with the same input. */
function errorHandlerTask(run: RunContext, task: Task, error: Error): Task | undefined {
  const name = task.node.errorHandlerNode;
  const node = name === undefined ? undefined : run.program.nodes.get(name);
  if (name === undefined || node === undefined) return undefined;
  const ns = taskNamespace(run.namespace, name);
  const id = run.makeTaskId(ns, String(run.step), name, PUSH, "node_error_handler", task.id);
  return {
    id,
    name,
    node,
    input: task.input,
    triggers: [PUSH],
    // Its writes are applied in the place of the node's.
    path: [...task.path, "node_error_handler", false],
    checkpointNs: `${task.checkpointNs}|${name}:${id}`,
    writes: [],
    failure: { node: task.name, error },
  };
}

/** Whatever was thrown, as an error. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(typeof thrown === "string" ? thrown : JSON.stringify(thrown));
}
