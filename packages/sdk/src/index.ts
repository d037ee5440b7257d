// The client

// The words of the wire
export type {
  Assistant,
  AssistantSortBy,
  AssistantVersion,
  CancelAction,
  CheckpointRef,
  CheckpointRef as Checkpoint,
  Command,
  Config,
  Cron,
  Cron as CronCreateForThreadResponse,
  Cron as CronCreateResponse,
  CronFire,
  CronSortBy,
  Dict,
  Dict as Metadata,
  ErrorEvent,
  GraphDrawing,
  GraphDrawing as AssistantGraph,
  GraphSchema,
  IfExists,
  IfExists as OnConflictBehavior,
  Interrupt,
  Item,
  MetadataEvent,
  MissedFires,
  MultitaskStrategy,
  Run,
  RunStatus,
  SearchItem,
  SortOrder,
  StreamMode,
  ThreadSortBy,
  ThreadStatus,
  ThreadTask,
} from "@heddle/protocol";
export { getApiKey } from "./api-key.ts";
// Its parts
export type {
  AssistantCreatePayload,
  AssistantFilter,
  AssistantSearchQuery,
  AssistantSelectField,
  AssistantsSearchResponse,
  AssistantUpdatePayload,
} from "./assistants/assistant-payload.ts";
export { AssistantsClient } from "./assistants/assistants-client.ts";
export { Client } from "./client.ts";
export type {
  CallerOptions,
  ClientConfig,
  HeaderValue,
  RequestHook,
} from "./client-config.ts";
export { DEFAULT_API_URL } from "./client-config.ts";
export type { CronSelectField } from "./crons/cron.ts";
export type { CronFilter, CronSearchQuery, CronsCreatePayload, CronsUpdatePayload } from "./crons/cron-payload.ts";
export { CronsClient } from "./crons/crons-client.ts";
// Errors
export { HTTPError } from "./http-error.ts";
export { RunFailedError } from "./run-failed-error.ts";
export type {
  AIMessage,
  FunctionMessage,
  HumanMessage,
  Message,
  RemoveMessage,
  SystemMessage,
  ToolCall,
  ToolMessage,
} from "./runs/message.ts";
export type {
  CancelManyOptions,
  JoinStreamOptions,
  RunCreated,
  RunListOptions,
  RunsCreatePayload,
  RunsInvokePayload,
  RunsStreamPayload,
  RunsWaitPayload,
} from "./runs/run-payload.ts";
export type {
  CustomStreamEvent,
  DebugStreamEvent,
  ErrorStreamEvent,
  EventsStreamEvent,
  FeedbackStreamEvent,
  MessagesStreamEvent,
  MessagesTupleStreamEvent,
  MetadataStreamEvent,
  RunStreamEvent,
  StreamEventOf,
  ToolsStreamEvent,
  UpdatesStreamEvent,
  ValuesStreamEvent,
} from "./runs/run-stream-event.ts";
export { RunsClient } from "./runs/runs-client.ts";
export type { Signalled } from "./signalled.ts";
// Event streams
export type { DecodedEvent } from "./sse/decode-events.ts";
export { decodeEvents } from "./sse/decode-events.ts";
export type { IdleReconnectMode } from "./sse/idle-watch.ts";
export type { ItemSearchOptions, NamespaceOptions, StoreItem } from "./store/store-client.ts";
export { StoreClient } from "./store/store-client.ts";
export type { DefaultValues, Thread, ThreadSize, ThreadState } from "./threads/thread.ts";
export type {
  HistoryOptions,
  StateOptions,
  StateUpdatePayload,
  Superstep,
  ThreadCreatePayload,
  ThreadFilter,
  ThreadSearchQuery,
  ThreadSelectField,
  ThreadStateSelectField,
  ThreadStreamMode,
  ThreadStreamOptions,
  ThreadTtl,
  ThreadUpdatePayload,
} from "./threads/thread-payload.ts";
export { ThreadsClient } from "./threads/threads-client.ts";
export { ConnectionError } from "./transport/connection-error.ts";
