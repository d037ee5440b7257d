import type { RunnableConfig } from "@langchain/core/runnables";
import { GraphInterrupt, GraphValueError } from "../errors.ts";
import { ambientConfig, taskOf } from "./ambient.ts";
import { INTERRUPT } from "./constants.ts";
import type { InterruptOptions } from "./interrupt-options.ts";
import { parseResponse, responseSchemaJson } from "./response-schema.ts";
import { xxh3 } from "./xxh3.ts";

/** A question a task asks, as streams and states show it. */
// biome-ignore lint/suspicious/noExplicitAny: upstream's default: a question is whatever the node asked
export interface Interrupt<Value = any> {
  id?: string;
  value?: Value;
  response_schema?: object;
}

/** The id of a task's n-th interrupt (from 0): equal in every run of the same checkpoint. */
export function interruptId(checkpointNs: string, index: number): string {
  return xxh3(index === 0 ? checkpointNs : `${checkpointNs}|${index}`);
}

/**
 * Pauses the node until `Command({resume})` brings an answer, which it returns. The node then runs again from its top, and
 * the interrupts already answered return their answers at once.
 *
 * @example const isApproved = interrupt({ question: "Ship it?" })
 */
// biome-ignore lint/suspicious/noExplicitAny: upstream's default: the answer has the type the caller expects
export function interrupt<I = unknown, R = any>(value: I, options?: InterruptOptions): R {
  return interruptWith(ambientConfig(), value, options) as R;
}

/** `interrupt` for a known config: works without async-local storage. */
export function interruptWith(config: RunnableConfig | undefined, value: unknown, options?: InterruptOptions): unknown {
  if (config === undefined) throw new Error("Called interrupt() outside the context of a graph.");
  const task = taskOf(config);
  if (task === undefined) throw new Error("Called interrupt() outside the context of a graph.");
  if (!task.scope.canInterrupt) {
    throw new GraphValueError("No checkpointer set", { lc_error_code: "MISSING_CHECKPOINTER" });
  }
  const index = task.interruptCount++;
  if (index < task.answers.length) return parseAnswer(task.answers, index, options);
  const single = task.takeSingleAnswer();
  if (single !== undefined) {
    task.answers.push(single.value);
    const answer = parseAnswer(task.answers, index, options);
    task.saveAnswers();
    return answer;
  }
  const question: Interrupt = { id: interruptId(task.checkpointNs, index), value };
  const schema = responseSchemaJson(options);
  if (schema !== undefined) question.response_schema = schema;
  throw new GraphInterrupt([question]);
}

/** An answer that does not fit is forgotten, so that the same question can be answered again. */
function parseAnswer(answers: unknown[], index: number, options: InterruptOptions | undefined): unknown {
  try {
    return parseResponse(answers[index], options);
  } catch (error) {
    answers.length = index;
    throw error;
  }
}

/** Whether a result holds interrupts. */
export function isInterrupted<Value = unknown>(values: unknown): values is { [INTERRUPT]: Interrupt<Value>[] } {
  return typeof values === "object" && values !== null && INTERRUPT in values && Array.isArray(values[INTERRUPT]);
}

// biome-ignore lint/suspicious/noExplicitAny: distinguishes `any` from every other type
type FilterAny<X> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends any ? 1 : 2 ? never : X;

/** A function of `interrupt`'s shape, or a record of them, given as `{interrupt}` to a graph to type its questions. */
type InterruptMap = { [key: string]: typeof interrupt };

/** What the questions of a typed graph look like. */
export type InferInterruptInputType<T> = T extends typeof interrupt<infer I, unknown>
  ? I
  : T extends InterruptMap
    ? { [K in keyof T]: InferInterruptInputType<T[K]> }[keyof T]
    : unknown;

/** What the answers of a typed graph look like. */
export type InferInterruptResumeType<T, TInner = false> = T extends typeof interrupt<never, infer R>
  ? TInner extends true
    ? FilterAny<R>
    : R
  : T extends InterruptMap
    ? { [K in keyof T]: InferInterruptResumeType<T[K], true> }[keyof T]
    : unknown;
