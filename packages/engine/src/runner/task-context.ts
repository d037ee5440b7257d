import type { PendingWrite } from "@heddle/checkpoint";
import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { RESUME } from "../runtime/constants.ts";
import { interruptId } from "../runtime/interrupt.ts";
import type { RunScope, TaskCall, TaskContext } from "../runtime/task-context.ts";
import { readChannels } from "../step/read-channels.ts";
import { readOwnState } from "../step/read-own-state.ts";
import type { Task, TaskPath } from "../step/task.ts";
import { emitPushedMessage } from "../stream/modes/messages.ts";
import type { AttemptInfo } from "./attempt-info.ts";
import type { RunContext } from "./run-context.ts";

/** One attempt of a task, as `interrupt()`, `task()` and nested graphs see it. */
export class RunningTask implements TaskContext {
  readonly taskId: string;
  readonly path: TaskPath;
  readonly checkpointNs: string;
  readonly input: unknown;
  readonly scope: RunScope;
  readonly checkpointMap: Record<string, string>;
  readonly answers: unknown[];
  /** What this attempt writes; dropped if it fails. */
  readonly writes: PendingWrite[] = [];
  interruptCount = 0;
  subgraphCount = 0;
  callCount = 0;
  hasNewAnswers = false;
  /** Called when the attempt writes or calls a task: a sign of life for its idle timeout. */
  onSign: (() => void) | undefined;
  /** Set once the attempt is over: what it sends then is lost. */
  isOver = false;
  /** Shared by all attempts of the task. */
  attempts: AttemptInfo | undefined;
  readonly #run: RunContext;
  #stepCounts: Map<string, number> | undefined;
  readonly #call: (call: TaskCall) => Promise<unknown>;
  #singleAnswer: { readonly value: unknown } | undefined;
  readonly #parent: TaskContext | undefined;

  constructor(
    run: RunContext,
    task: Task,
    parent: TaskContext | undefined,
    call: (call: TaskCall) => Promise<unknown>,
  ) {
    this.#run = run;
    this.#call = call;
    this.#parent = parent;
    this.taskId = task.id;
    this.path = task.path;
    this.checkpointNs = task.checkpointNs;
    this.input = task.input;
    this.scope = run.scope;
    this.checkpointMap = run.checkpointMap;
    // A functional task asks through its caller: one value answers one question of an entrypoint.
    this.#singleAnswer = parent === undefined ? run.singleAnswer : undefined;
    this.answers = storedAnswers(run.pendingWrites.get(task.id));
    const mapped = mappedAnswer(run.scope, task.checkpointNs, this.answers.length);
    if (mapped !== undefined) {
      this.answers.push(mapped.value);
      this.hasNewAnswers = true;
    }
  }

  peekSingleAnswer(): { readonly value: unknown } | undefined {
    return this.#singleAnswer ?? (this.#parent ?? this.#run.parent)?.peekSingleAnswer();
  }

  takeSingleAnswer(): { value: unknown } | undefined {
    // A nested graph that had to begin again asks later than in its first step: the answer waits above.
    const answer = this.#singleAnswer ?? (this.#parent ?? this.#run.parent)?.takeSingleAnswer();
    if (this.#singleAnswer !== undefined) {
      this.#singleAnswer = undefined;
      this.#run.consumeSingleAnswer();
    }
    return answer;
  }

  saveAnswers(): void {
    this.hasNewAnswers = true;
  }

  send(writes: PendingWrite[]): void {
    this.onSign?.();
    if (!this.isOver) this.writes.push(...writes);
  }

  /** The state; fresh, with what this attempt has written so far. */
  read(keys: string | readonly string[], fresh = false): unknown {
    const { channels } = this.#run.state;
    return fresh ? readOwnState(channels, this.writes, keys) : readChannels(channels, keys);
  }

  /** Upstream's name of `input`: langchain's tools read the state by it. */
  get currentTaskInput(): unknown {
    return this.input;
  }

  streamMessage(message: BaseMessage, config: RunnableConfig): void {
    const { stream } = this.#run;
    if (stream.wants("messages")) emitPushedMessage(stream.messageReceivers, stream.namespace, message, config);
  }

  beginGraph(namespace: string): boolean {
    const { attempts } = this;
    if (attempts === undefined) return false;
    attempts.begunGraphs ??= new Map();
    const before = attempts.begunGraphs.get(namespace);
    attempts.begunGraphs.set(namespace, attempts.attempt);
    return before !== undefined && before < attempts.attempt;
  }

  /** How many steps of this name the attempt has called before. */
  countStep(name: string): number {
    this.#stepCounts ??= new Map();
    const count = this.#stepCounts.get(name) ?? 0;
    this.#stepCounts.set(name, count + 1);
    return count;
  }

  call(call: TaskCall): Promise<unknown> {
    this.onSign?.();
    return this.#call(call);
  }
}

/** The answer to a task's next interrupt in a map of answers; the task's first id stands for any of its interrupts. */
function mappedAnswer(scope: RunScope, checkpointNs: string, index: number): { value: unknown } | undefined {
  const answers = scope.answersById;
  if (answers === undefined) return undefined;
  for (const id of [interruptId(checkpointNs, index), interruptId(checkpointNs, 0)]) {
    if (Object.hasOwn(answers, id)) return { value: answers[id] };
  }
  return undefined;
}

function storedAnswers(writes: readonly PendingWrite[] | undefined): unknown[] {
  const stored = writes?.find(([channel]) => channel === RESUME)?.[1];
  if (stored === undefined) return [];
  return Array.isArray(stored) ? [...stored] : [stored];
}
