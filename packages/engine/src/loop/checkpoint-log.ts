import type { ChannelVersions, Checkpoint, Checkpointer, CheckpointMetadata, PendingWrite } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { FullConfig } from "../runtime/merge-config.ts";

/**
 * Writes checkpoints in the background, in order. A failure is kept until `flush`, so that it surfaces as an error of the
 * run and never as an unhandled rejection.
 */
export class CheckpointLog {
  readonly saver: Checkpointer;
  readonly #config: FullConfig;
  #puts: Promise<unknown> = Promise.resolve();
  #isIdle = true;
  readonly #writes = new Set<Promise<void>>();
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

  #makeConfig(checkpointId: string | undefined): RunnableConfig {
    const configurable: Record<string, unknown> = { ...this.#config.configurable };
    if (checkpointId === undefined) delete configurable.checkpoint_id;
    else configurable.checkpoint_id = checkpointId;
    return { ...this.#config, configurable };
  }

  put(
    parentId: string | undefined,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): void {
    const config = this.configFor(parentId);
    const write = () => this.saver.put(config, checkpoint, metadata, newVersions);
    // The first put starts at once; the others wait for the one before.
    this.#puts = this.#track(this.#isIdle ? write() : this.#puts.then(write));
    this.#isIdle = false;
  }

  putWrites(checkpointId: string, writes: PendingWrite[], taskId: string, taskPath: string): void {
    const done = this.#track(this.saver.putWrites(this.configFor(checkpointId), writes, taskId, taskPath));
    this.#writes.add(done);
    done.then(() => this.#writes.delete(done));
  }

  /** Resolves when everything so far is durable; throws the first failure. */
  async flush(): Promise<void> {
    await this.#puts;
    if (this.#writes.size > 0) await Promise.all(this.#writes);
    this.#isIdle = true;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  #track(work: Promise<unknown>): Promise<void> {
    return work.then(
      () => {},
      (error: unknown) => {
        this.#failure ??= { error };
      },
    );
  }
}
