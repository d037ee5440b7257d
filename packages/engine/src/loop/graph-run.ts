import {
  type ChannelVersion,
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointSource,
  type PendingWrite,
  uuid6,
} from "@heddle/checkpoint";
import type { CallbackManager, CallbackManagerForChainRun } from "@langchain/core/callbacks/manager";
import type { RunnableConfig } from "@langchain/core/runnables";
import { storedValue, storedValues } from "../channels/channel-map.ts";
import type { DeltaCounters } from "../channels/snapshot-due.ts";
import type { RunContext, TaskOutcome } from "../runner/run-context.ts";
import type { TaskTemplates } from "../runner/task-templates.ts";
import type { GraphLifecycleStatus } from "../runtime/graph-callback-handler.ts";
import type { FullConfig } from "../runtime/merge-config.ts";
import type { RunAbort } from "../runtime/run-abort.ts";
import type { RunScope, TaskContext } from "../runtime/task-context.ts";
import { changedVersions, type GraphState, toCheckpoint } from "../step/graph-state.ts";
import type { InterruptPoints } from "../step/interrupt-point.ts";
import type { RetryPolicy } from "../step/node-policy.ts";
import type { Program } from "../step/program.ts";
import type { Task } from "../step/task.ts";
import { type MakeTaskId, stableTaskIds } from "../step/task-id.ts";
import type { StreamMux } from "../stream/stream-mux.ts";
import type { CheckpointLog } from "./checkpoint-log.ts";
import { commitTask, streamTakenOver, streamTaskStart } from "./commit-task.ts";
import { takeDueSnapshots } from "./delta-snapshots.ts";

/** What is known of a run before its checkpoint is loaded. */
export interface GraphRunFields {
  program: Program;
  config: FullConfig;
  scope: RunScope;
  stream: StreamMux;
  namespace: string;
  parent: TaskContext | undefined;
  log: CheckpointLog | undefined;
  outputKeys: string | readonly string[];
  interruptBefore: InterruptPoints;
  interruptAfter: InterruptPoints;
  retryPolicy: RetryPolicy | undefined;
  stepTimeout: number | undefined;
  tracer: CallbackManager | undefined;
  callbacks: CallbackManager | undefined;
  abort: RunAbort;
  templates: TaskTemplates;
  makeTaskId: MakeTaskId;
}

/** One execution of a graph: its living state, and where it stands. Changed only by the loop and by committing tasks. */
export class GraphRun implements RunContext {
  readonly program: Program;
  readonly config: FullConfig;
  scope: RunScope;
  readonly stream: StreamMux;
  readonly namespace: string;
  readonly parent: TaskContext | undefined;
  readonly log: CheckpointLog | undefined;
  readonly outputKeys: string | readonly string[];
  readonly interruptBefore: InterruptPoints;
  readonly interruptAfter: InterruptPoints;
  readonly retryPolicy: RetryPolicy | undefined;
  readonly stepTimeout: number | undefined;
  /** Who listens to chain events; `chain` is this run as they know it, once they were told of its start. */
  readonly tracer: CallbackManager | undefined;
  chain: CallbackManagerForChainRun | undefined;
  readonly callbacks: CallbackManager | undefined;
  readonly signal: AbortSignal;
  readonly templates: TaskTemplates;
  readonly #abort: RunAbort;

  state!: GraphState;
  step = -1;
  /** The run fails when this step is passed. */
  stop = 0;
  /** The channels changed by the last step; undefined when not known. */
  updated: ReadonlySet<string> | undefined;
  tasks: Task[] = [];
  pendingWrites: Map<string, PendingWrite[]> = new Map();
  singleAnswer: { readonly value: unknown } | undefined;
  makeTaskId: MakeTaskId;
  checkpointId = "";
  /** The calling task is tried again after a failure: what finished the last time is not done again. */
  readonly isRetried: boolean;
  /** What stands for the checkpoint's id where nothing is saved. */
  readonly unsavedId: string;
  /** The last checkpoint that the saver has; the parent of the next. */
  savedId: string | undefined;
  parentConfig: RunnableConfig | undefined;
  metadata: CheckpointMetadata = { source: "input", step: -2, parents: {} };
  checkpointMap: Record<string, string> = {};
  /** Delta channels: what is stored whole with the next checkpoint, and how long ago that was. */
  readonly snapshots: Map<string, unknown> = new Map();
  deltaCounters: DeltaCounters = {};
  /** Writes since the last snapshot are not all on the path to the next checkpoint: store snapshots. */
  needsSnapshots = false;
  /** How the run stands when it pauses. */
  pauseStatus: GraphLifecycleStatus = "pending";
  /** The state a paused run had at its last checkpoint, for callbacks. */
  output: Record<string, unknown> | undefined;
  /** Replays a past checkpoint: writes of its tasks are not taken over. */
  isReplay = false;
  /** The stored form of each channel, kept up to date channel by channel. */
  #stored: Record<string, unknown> | undefined;

  constructor(fields: GraphRunFields) {
    this.program = fields.program;
    this.config = fields.config;
    this.scope = fields.scope;
    this.stream = fields.stream;
    this.namespace = fields.namespace;
    this.parent = fields.parent;
    this.log = fields.log;
    this.outputKeys = fields.outputKeys;
    this.interruptBefore = fields.interruptBefore;
    this.interruptAfter = fields.interruptAfter;
    this.retryPolicy = fields.retryPolicy;
    this.stepTimeout = fields.stepTimeout;
    this.tracer = fields.tracer;
    this.callbacks = fields.callbacks;
    this.#abort = fields.abort;
    this.signal = fields.abort.signal;
    this.templates = fields.templates;
    this.makeTaskId = fields.makeTaskId;
    this.isRetried = fields.parent?.beginGraph(fields.namespace) === true;
    this.unsavedId = fields.log === undefined ? uuid6(-2) : "";
  }

  abort(reason: unknown): void {
    this.#abort.abort(reason);
  }

  consumeSingleAnswer(): void {
    this.parent?.takeSingleAnswer();
  }

  nextVersion = (current: ChannelVersion | undefined): ChannelVersion =>
    this.log === undefined ? Number(current ?? 0) + 1 : this.log.saver.getNextVersion(current);

  async untilSaved(): Promise<void> {
    if (this.scope.durability !== "exit") await this.log?.untilSaved();
  }

  // Who listens to callbacks and chunks at once hears of a step's end after the next step has begun, as upstream's.
  onStepStarted(): void {
    if (this.chain !== undefined) this.stream.release();
  }

  onStepEnding(): void {
    if (this.chain !== undefined) this.stream.hold();
  }

  onTaskStart(task: Task): void {
    streamTaskStart(this, task);
  }

  onTakenOver(task: Task): void {
    streamTakenOver(this, task);
  }

  commit(task: Task, outcome: TaskOutcome): void {
    commitTask(this, task, outcome);
  }

  /**
   * Ends a step by a checkpoint: it gets its number and id here. It is handed to the saver, in the background, unless the
   * run is durable only at its exit.
   */
  checkpoint(source: CheckpointSource): void {
    this.metadata = { source, step: this.step, parents: this.parents };
    this.step += 1;
    if (this.log === undefined) return;
    this.setCheckpoint(uuid6(this.metadata.step));
    if (this.scope.durability === "exit") return;
    this.save();
  }

  /** Hands the current checkpoint to the saver. */
  save(): void {
    if (this.log === undefined || this.savedId === this.checkpointId) return;
    if (this.program.deltaChannels.length > 0) {
      if (this.scope.durability === "exit") this.needsSnapshots = true;
      takeDueSnapshots(this);
      this.metadata = { ...this.metadata, counters_since_delta_snapshot: this.deltaCounters };
    }
    this.parentConfig = this.savedId === undefined ? undefined : this.log.configFor(this.savedId);
    this.log.put(this.savedId, this.#toCheckpoint(), this.metadata, changedVersions(this.state));
    this.savedId = this.checkpointId;
    this.state.changed.clear();
  }

  /** Gives a channel a new version although its value is the same. */
  touch(channel: string): void {
    const version = this.nextVersion(this.state.maxVersion);
    this.state.versions[channel] = version;
    this.state.maxVersion = version;
    this.state.changed.add(channel);
  }

  /** Task ids are made within the checkpoint, and nested graphs name it as their parent. */
  setCheckpoint(id: string): void {
    this.checkpointId = id;
    this.makeTaskId = stableTaskIds(id);
    this.checkpointMap = { ...this.parents, [this.namespace]: id };
  }

  get parents(): Record<string, string> {
    return this.parent?.checkpointMap ?? {};
  }

  #toCheckpoint(): Checkpoint {
    return toCheckpoint(this.state, this.checkpointId, new Date().toISOString(), this.#storedValues());
  }

  #storedValues(): Record<string, unknown> {
    if (this.#stored === undefined) {
      this.#stored = storedValues(this.state.channels);
      return this.#withSnapshots();
    }
    for (const name of this.state.changed) {
      const channel = this.state.channels.get(name);
      const stored = channel === undefined ? undefined : storedValue(channel);
      if (stored === undefined) delete this.#stored[name];
      else this.#stored[name] = stored;
    }
    return this.#withSnapshots();
  }

  #withSnapshots(): Record<string, unknown> {
    const values = { ...this.#stored };
    for (const [name, snapshot] of this.snapshots) values[name] = snapshot;
    return values;
  }
}
