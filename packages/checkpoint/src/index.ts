// What a graph asks of the world
export type {
  ChannelVersion,
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  CheckpointPendingWrite,
  CheckpointSource,
  PendingWrite,
} from "./checkpoint.ts";
export type { Checkpointer, CheckpointConfig, CheckpointListOptions, CheckpointTuple } from "./checkpointer.ts";
export { WRITES_IDX_MAP } from "./checkpointer.ts";
export type { Serializer } from "./serializer.ts";
export type { Item, ListNamespacesOptions, SearchItem, SearchOptions, Store } from "./store.ts";
