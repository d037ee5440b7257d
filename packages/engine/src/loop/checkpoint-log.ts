import type { ChannelVersions, Checkpoint, Checkpointer, CheckpointMetadata, PendingWrite } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { FullConfig } from "../runtime/merge-config.ts";

/**
 * Writes checkpoints in the background, in order: one after the other, unless the saver takes them at once. A failure is kept until `flush`, so that it surfaces as an error of the
 * run and never as an unhandled rejection.
 */
export class CheckpointLog {
  readonly saver: Checkpointer;
  readonly #config: FullConfig;
  /** Checkpoints that wait for the one before; the first is being written. */
  readonly #puts: (() => Promise<unknown>)[] = [];
  /** Calls of the saver that have not answered. */
  #open = 0;
  #onIdle: (() => void)[] = [];
  #last: { id: string | undefined; config: RunnableConfig } | undefined;
  #failure: { error: unknown } | undefined;

  /** `config` names thread and namespace; its other fields are handed to the saver as they are. */
  constructor(saver: Checkpointer, config: FullConfig) {
    this.saver = saver;
    this.#config = config;
  }

  /** The config that names a checkpoint of this thread and namespace; without an id, the latest. */
  configFor(checkpointId: string | undefined): RunnableConfig {
    // Asked for by every write on top of one checkpoint.
    if (this.#last === undefined || this.#last.id !== checkpointId) {
      this.#last = { id: checkpointId, config: this.#makeConfig(checkpointId) };
    }
    return this.#last.config;
  }

  put(
    parentId: string | undefined,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): void {
    const config = this.configFor(parentId);
    this.#open += 1;
    if (this.saver.takesPutsAtOnce) {
      this.saver.put(config, checkpoint, metadata, newVersions).then(this.#answered, this.#failed);
      return;
    }
    this.#puts.push(() => this.saver.put(config, checkpoint, metadata, newVersions));
    if (this.#puts.length === 1) this.#startPut();
  }

  putWrites(checkpointId: string, writes: PendingWrite[], taskId: string, taskPath: string): void {
    this.#open += 1;
    this.saver.putWrites(this.configFor(checkpointId), writes, taskId, taskPath).then(this.#answered, this.#failed);
  }

  /** Resolves when everything so far is durable; throws the first failure. */
  async flush(): Promise<void> {
    if (this.#open > 0) await this.#idle();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  /** The same for those who only wait: the failure is still the run's. */
  async untilSaved(): Promise<void> {
    if (this.#open > 0) await this.#idle();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  // One promise per call of the saver, no more: with async-local storage in use each costs about a microsecond.
  #startPut(): void {
    this.#puts[0]?.().then(this.#putAnswered, this.#putFailed);
  }

  readonly #putAnswered = (): void => {
    this.#puts.shift();
    if (this.#puts.length > 0) this.#startPut();
    this.#answered();
  };

  readonly #putFailed = (error: unknown): void => {
    this.#failure ??= { error };
    this.#putAnswered();
  };

  readonly #answered = (): void => {
    this.#open -= 1;
    if (this.#open > 0 || this.#onIdle.length === 0) return;
    for (const resolve of this.#onIdle) resolve();
    this.#onIdle = [];
  };

  readonly #failed = (error: unknown): void => {
    this.#failure ??= { error };
    this.#answered();
  };

  #makeConfig(checkpointId: string | undefined): RunnableConfig {
    const configurable: Record<string, unknown> = { ...this.#config.configurable };
    if (checkpointId === undefined) delete configurable.checkpoint_id;
    else configurable.checkpoint_id = checkpointId;
    return { ...this.#config, configurable };
  }
}
