import type { BaseCache, Checkpointer, PendingWrite, Store } from "@heddle/checkpoint";
import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { RunAbort } from "./run-abort.ts";
import type { RunControl } from "./run-control.ts";

export type Durability = "exit" | "async" | "sync";

/** Receives what a nested run streams; implemented by the stream of the root run. */
export interface ChunkReceiver {
  /** The stream modes somebody reads. */
  readonly modes: ReadonlySet<string>;
  /** Ids of the messages streamed so far: none is streamed twice. */
  readonly seenMessages: Set<string>;
  /** Whether chunks of a namespace are read at all; the others need not be pushed. */
  accepts(namespace: readonly string[]): boolean;
  push(namespace: readonly string[], mode: string, chunk: unknown): void;
  /** Called when a message that came in chunks is complete. */
  endMessage?(namespace: readonly string[], id: string, whole: BaseMessage | undefined): void;
}

/** Where nested graphs resume from while the root replays a past checkpoint. */
export interface ReplayState {
  /** Nested graphs load their latest checkpoint before this one, on their first visit. */
  readonly checkpointId: string;
  /** Namespace → the checkpoint to load instead, when the call named one. */
  readonly named: Readonly<Record<string, string>>;
  readonly visited: Set<string>;
}

/** A running graph, as its tasks and the graphs nested in them see it. */
export interface RunScope {
  readonly abort: RunAbort;
  readonly checkpointer: Checkpointer | undefined;
  /** Whether this run or one above saves: then somebody can answer. */
  readonly canInterrupt: boolean;
  readonly store: Store | undefined;
  readonly cache: BaseCache | undefined;
  readonly durability: Durability;
  readonly control: RunControl;
  readonly isResuming: boolean;
  readonly replay: ReplayState | undefined;
  /** Interrupt id → answer, of the command that resumed the root run. */
  readonly answersById: Readonly<Record<string, unknown>> | undefined;
  /** Readers of runs above that were called with `subgraphs: true`. */
  readonly nestedStreams: readonly ChunkReceiver[];
  /** Called with the name of each visible node that finished. */
  readonly onNodeFinished: ((node: string) => void) | undefined;
}

/** Options of `task()`, as a call of one carries them. */
export interface TaskCall {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a task takes whatever arguments its author gave it
  func: (...args: any[]) => unknown;
  input: unknown[];
  // The policies are checked where they are used, in runner/.
  retry?: object | undefined;
  cache?: object | undefined;
  timeout?: object | undefined;
  /** Set by `step()`: found again by its name, hidden from streams, durable before its result is used. */
  isStep?: boolean;
}

/** A running task: what `interrupt()`, `task()` and nested graphs need of it. Found in `configurable`. */
export interface TaskContext {
  readonly taskId: string;
  /** `node:task-id`, below the namespaces of the graphs above. */
  readonly checkpointNs: string;
  readonly input: unknown;
  readonly scope: RunScope;
  /** Ids of the checkpoints above, by namespace. */
  readonly checkpointMap: Record<string, string>;
  /** Answers to this task's interrupts, in the order of asking. */
  readonly answers: unknown[];
  /** How many interrupts this attempt has asked. */
  interruptCount: number;
  /** How many graphs this attempt has called. */
  subgraphCount: number;
  /** Notes that the task calls a graph; true when a former, failed attempt of the task has called it too. */
  beginGraph(namespace: string): boolean;
  /** How many functional tasks this attempt has called. */
  callCount: number;
  /** The same as `takeSingleAnswer`, without taking it. */
  peekSingleAnswer(): { readonly value: unknown } | undefined;
  /** The value of `Command({resume: value})`, once per task; undefined when there is none left. */
  takeSingleAnswer(): { value: unknown } | undefined;
  /** Makes the answers durable. */
  saveAnswers(): void;
  send(writes: PendingWrite[]): void;
  /** Streams a message before the task has finished. */
  streamMessage(message: BaseMessage, config: RunnableConfig): void;
  /** Runs a functional task as a child of this one. */
  call(call: TaskCall): Promise<unknown>;
}
