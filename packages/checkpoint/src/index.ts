// What a graph asks of the world

export { AsyncBatchedStore } from "./async-batched-store.ts";
// Savers
export { BaseCheckpointSaver, getCheckpointId } from "./base-checkpoint-saver.ts";
// Stores and caches
export {
  BaseStore,
  type GetOperation,
  type ListNamespacesOperation,
  type MatchCondition,
  type NameSpacePath,
  type NamespaceMatchType,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchOperation,
} from "./base-store.ts";
export { BaseCache, type CacheFullKey, type CacheNamespace, InMemoryCache } from "./cache.ts";
export { compareChannelVersions, maxChannelVersion } from "./channel-version.ts";
export type {
  ChannelVersion,
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  CheckpointPendingWrite,
  CheckpointSource,
  PendingWrite,
} from "./checkpoint.ts";
export { configOfCheckpoint, placeOfPut, placeOfWrites } from "./checkpoint-place.ts";
export type { CheckpointStorage, PruneStrategy, ThreadSize } from "./checkpoint-storage.ts";
export type { CheckpointConfig, Checkpointer, CheckpointListOptions, CheckpointTuple } from "./checkpointer.ts";
export { WRITES_IDX_MAP } from "./checkpointer.ts";
export { type CheckpointLinks, checkpointsToKeep } from "./checkpoints-to-keep.ts";
export { copyCheckpoint, deepCopy } from "./copy-checkpoint.ts";
export { type DeltaChannelHistory, readDeltaChannelHistory } from "./delta-channel-history.ts";
export { DeltaSnapshot, isDeltaSnapshot } from "./delta-snapshot.ts";
// Checkpoints and their ids
export { emptyCheckpoint } from "./empty-checkpoint.ts";
export { EXCLUDED_METADATA_KEYS } from "./excluded-metadata-keys.ts";
export { InMemoryStore } from "./in-memory-store.ts";
export type { MessageClasses } from "./json-plus-revive.ts";
// Serializer
export {
  asProtocol,
  JsonPlusSerializer,
  type JsonPlusSerializerOptions,
  type SerializerProtocol,
} from "./json-plus-serializer.ts";
export { MemorySaver } from "./memory-saver.ts";
export { InvalidNamespaceError, validateNamespace } from "./namespace.ts";
export { addPendingSends, lacksPendingSends } from "./pending-sends.ts";
export type { Serializer } from "./serializer.ts";
export { ERROR, INTERRUPT, RESUME, SCHEDULED, TASKS } from "./special-channels.ts";
export type { Item, ListNamespacesOptions, SearchItem, SearchOptions, Store } from "./store.ts";
export { mergeWrites, type NewWrites, type StoredWrite, toPendingWrites, toStoredWrites } from "./stored-writes.ts";
export { getTextAtPath, tokenizePath } from "./text-path.ts";
export { uuid5, uuid5Within } from "./uuid5.ts";
export { uuid6 } from "./uuid6.ts";
export { embedValue, type IndexConfig } from "./vector-index.ts";
export { compareWritesSortKeys, type WritesSortKey, writesSortKey } from "./writes-sort-key.ts";
