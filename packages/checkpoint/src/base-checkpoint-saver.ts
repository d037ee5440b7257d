import type { ChannelVersion, ChannelVersions, Checkpoint, CheckpointMetadata, PendingWrite } from "./checkpoint.ts";
import type { CheckpointConfig, Checkpointer, CheckpointListOptions, CheckpointTuple } from "./checkpointer.ts";
import { type DeltaChannelHistory, readDeltaChannelHistory } from "./delta-channel-history.ts";
import { JsonPlusSerializer, type SerializerProtocol } from "./json-plus-serializer.ts";

/** Base class for checkpointers: the shape of upstream's class of this name. */
export abstract class BaseCheckpointSaver<V extends ChannelVersion = number> implements Checkpointer {
  serde: SerializerProtocol;

  constructor(serde?: SerializerProtocol) {
    this.serde = serde ?? new JsonPlusSerializer();
  }

  /** A saver may sit in a config that is written as JSON; its clients and caches must not be walked. */
  toJSON(): string {
    return `[${this.constructor.name}]`;
  }

  async get(config: CheckpointConfig): Promise<Checkpoint | undefined> {
    return (await this.getTuple(config))?.checkpoint;
  }

  abstract getTuple(config: CheckpointConfig): Promise<CheckpointTuple | undefined>;

  abstract list(config: CheckpointConfig, options?: CheckpointListOptions): AsyncGenerator<CheckpointTuple>;

  abstract put(
    config: CheckpointConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<CheckpointConfig>;

  abstract putWrites(
    config: CheckpointConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath?: string,
  ): Promise<void>;

  abstract deleteThread(threadId: string): Promise<void>;

  /** Whole numbers by default. */
  getNextVersion(current: V | undefined): V {
    if (typeof current === "string") throw new Error("A saver with text versions must implement getNextVersion.");
    return (Number(current ?? 0) + 1) as V;
  }

  /** Rebuilds what delta channels need by walking the parents; savers with direct storage access may do better. */
  async getDeltaChannelHistory(options: {
    config: CheckpointConfig;
    channels: string[];
  }): Promise<Record<string, DeltaChannelHistory>> {
    return readDeltaChannelHistory((config) => this.getTuple(config), options);
  }
}

/** The checkpoint that a config names; "" when it means the latest. */
export function getCheckpointId(config: CheckpointConfig): string {
  return config.configurable?.checkpoint_id ?? config.configurable?.thread_ts ?? "";
}
