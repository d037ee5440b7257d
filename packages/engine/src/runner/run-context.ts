import type { PendingWrite } from "@heddle/checkpoint";
import type { CallbackManager, CallbackManagerForChainRun } from "@langchain/core/callbacks/manager";
import type { FullConfig } from "../runtime/merge-config.ts";
import type { RunScope, TaskContext } from "../runtime/task-context.ts";
import type { GraphState } from "../step/graph-state.ts";
import type { RetryPolicy } from "../step/node-policy.ts";
import type { Program } from "../step/program.ts";
import type { Task } from "../step/task.ts";
import type { MakeTaskId } from "../step/task-id.ts";
import type { StreamMux } from "../stream/stream-mux.ts";
import type { TaskTemplates } from "./task-templates.ts";

/** How a task ended. */
export type TaskOutcome =
  | { readonly type: "success"; readonly isCached: boolean }
  | { readonly type: "interrupt"; readonly interrupts: readonly unknown[]; readonly error: unknown }
  | { readonly type: "failure"; readonly error: Error; readonly isHandled: boolean }
  /** Control flow that leaves the step: a command for the parent, or a drain. */
  | { readonly type: "bubble"; readonly error: unknown };

/** What the tasks of a step need of their run. The loop implements it. */
export interface RunContext {
  readonly program: Program;
  readonly state: GraphState;
  /** The run's config; its `callbacks` are not those of the tasks. */
  readonly config: FullConfig;
  readonly scope: RunScope;
  readonly stream: StreamMux;
  readonly step: number;
  readonly checkpointId: string;
  /** What stands for it where nothing is saved. */
  readonly unsavedId: string;
  /** Namespace of the run; "" for a root graph. */
  readonly namespace: string;
  /** Ids of the checkpoints up to this run's, by namespace. */
  readonly checkpointMap: Record<string, string>;
  readonly makeTaskId: MakeTaskId;
  /** Present when somebody listens to chain events: tasks then are chain runs of their own. */
  readonly chain: CallbackManagerForChainRun | undefined;
  /** Handlers for what tasks call, when nobody listens to chains. */
  readonly callbacks: CallbackManager | undefined;
  /** Aborted by the caller, or when a task fails. */
  readonly signal: AbortSignal;
  readonly templates: TaskTemplates;
  readonly retryPolicy: RetryPolicy | undefined;
  readonly pendingWrites: PendingWrites;

  /** The task that called this graph; undefined for a root graph. */
  readonly parent: TaskContext | undefined;

  abort(reason: unknown): void;
  /** The value of `Command({resume: value})`, undefined when there is none or it was taken in a former step. */
  readonly singleAnswer: { readonly value: unknown } | undefined;
  /** A task took the single answer. */
  consumeSingleAnswer(): void;

  /** Resolves when everything committed so far is saved; at once for runs that save nothing before their end. */
  untilSaved(): Promise<void>;

  /** All tasks of the step have been started. */
  onStepStarted(): void;
  /** The last task of the step is about to be committed. */
  onStepEnding(): void;
  onTaskStart(task: Task): void;
  /** A task that finished in a former run: its writes are used again. */
  onTakenOver(task: Task): void;
  /** Called as each task ends, in that order: keeps, saves and streams what it wrote. */
  commit(task: Task, outcome: TaskOutcome): void;
}

/** Task id → its writes on top of the current checkpoint. */
export type PendingWrites = Map<string, PendingWrite[]>;
