// Graphs

export { AnyValue } from "./channels/any-value.ts";
export { BinaryOperatorAggregate } from "./channels/binary-operator-aggregate.ts";
export { BaseChannel, type BinaryOperator } from "./channels/channel.ts";
// Channels
export { createCheckpoint, empty, hydrateChannels } from "./channels/checkpoint-channels.ts";
export { DeltaChannel, type DeltaReducer, isDeltaChannel } from "./channels/delta-channel.ts";
export { DynamicBarrierValue, type WaitForNames } from "./channels/dynamic-barrier-value.ts";
export { EphemeralValue } from "./channels/ephemeral-value.ts";
export { LastValue, LastValueAfterFinish } from "./channels/last-value.ts";
export { NamedBarrierValue, NamedBarrierValueAfterFinish } from "./channels/named-barrier-value.ts";
export {
  deltaChannelsToSnapshot,
  deltaChannelsWithPendingWrites,
  exitDeltaLateTaskId,
  exitDeltaTaskId,
} from "./channels/snapshot-due.ts";
export { Topic } from "./channels/topic.ts";
export { UntrackedValueChannel } from "./channels/untracked-value.ts";
export {
  _markInvalidResume,
  getSubgraphsSeenSet,
  isGraphBubbleUp,
  isGraphDrained,
  isGraphInterrupt,
  isInvalidResume,
  isNodeError,
  isNodeTimeoutError,
  isParentCommand,
  isUnknownInterruptError,
} from "./error-guards.ts";
// Errors
export {
  BaseLangGraphError,
  type BaseLangGraphErrorFields,
  EmptyChannelError,
  EmptyInputError,
  GraphBubbleUp,
  GraphDrained,
  GraphInterrupt,
  GraphRecursionError,
  GraphValidationError,
  GraphValueError,
  InvalidUpdateError,
  MultipleSubgraphsError,
  NodeError,
  NodeInterrupt,
  NodeTimeoutError,
  ParentCommand,
  RemoteException,
  StateGraphInputError,
  UnknownInterruptError,
  UnreachableNodeError,
} from "./errors.ts";
// Functional API
export { type EntrypointFinal, type EntrypointOptions, entrypoint, getPreviousState } from "./functional/entrypoint.ts";
export { type SleepOptions, type SleepPause, sleep } from "./functional/sleep.ts";
export { type StepContext, type StepOptions, step } from "./functional/step.ts";
export { type TaskFunc, type TaskOptions, task } from "./functional/task.ts";
export { type EventPause, type WaitForEventOptions, waitForEvent } from "./functional/wait-for-event.ts";
export {
  Channel,
  type MultipleChannelSubscriptionOptions,
  type SingleChannelSubscriptionOptions,
} from "./graph/channel-api.ts";
export type { CompileOptions } from "./graph/compile-options.ts";
export { CompiledGraph } from "./graph/compiled-graph.ts";
export type { CompiledGraphType } from "./graph/compiled-graph-type.ts";
export { CompiledStateGraph } from "./graph/compiled-state-graph.ts";
export type {
  ConditionalEdgeRouter,
  ConditionalEdgeRouterTypes,
  ContextSchemaInit,
  GraphNode,
  GraphNodeTypes,
} from "./graph/graph-node.ts";
export { Graph } from "./graph/legacy-graph.ts";
export { MessageGraph } from "./graph/message-graph.ts";
export type {
  AddNodeOptions,
  GraphNodeReturnValue,
  NodeErrorHandler,
  NodePolicyOptions,
  NodeSpec,
  StateGraphAddNodeOptions,
  StateGraphNodeSpec,
} from "./graph/node-spec.ts";
export { Pregel } from "./graph/pregel.ts";
export type { PregelInputType, PregelOptions, PregelOutputType, PregelParams } from "./graph/pregel-options.ts";
export { StateGraph } from "./graph/state-graph.ts";
export type {
  StateGraphArgs,
  StateGraphArgsWithInputOutputSchemas,
  StateGraphArgsWithStateSchema,
  StateGraphInit,
  StateGraphOptions,
} from "./graph/state-graph-init.ts";
export type { StreamOutputMap } from "./graph/stream-output.ts";
export type { RunnableLike } from "./graph/to-node-function.ts";
export {
  getConfigTypeSchema,
  getInputTypeSchema,
  getOutputTypeSchema,
  getStateTypeSchema,
  getUpdateTypeSchema,
} from "./graph/type-schemas.ts";
// What runs and states look like
export type { GetStateOptions, PregelTaskDescription, StateSnapshot } from "./inspect/state-snapshot.ts";
export type { StateUpdate } from "./inspect/update-state.ts";
export { type AgentState, createReactAgentAnnotation } from "./prebuilt/agent-annotation.ts";
export { type AgentExecutorState, createAgentExecutor } from "./prebuilt/agent-executor.ts";
export { type AgentNameMode, withAgentName } from "./prebuilt/agent-name.ts";
// Prebuilt
export {
  createFunctionCallingExecutor,
  type FunctionCallingExecutorState,
} from "./prebuilt/function-calling-executor.ts";
export type {
  ActionRequest,
  HumanInterrupt,
  HumanInterruptConfig,
  HumanResponse,
} from "./prebuilt/human-interrupt.ts";
export { type CreateReactAgentParams, createReactAgent } from "./prebuilt/react-agent.ts";
export { ToolExecutor, type ToolExecutorArgs, type ToolInvocation } from "./prebuilt/tool-executor.ts";
export { ToolNode, type ToolNodeOptions, toolsCondition } from "./prebuilt/tool-node.ts";
export {
  COMMAND_SYMBOL,
  Command,
  CommandInstance,
  type CommandParams,
  isCommand,
  Send,
  type SendOptions,
} from "./runtime/command.ts";
export { END, INTERRUPT, START } from "./runtime/constants.ts";
export {
  getConfig,
  getCurrentTaskInput,
  getStore,
  getWriter,
  type InferWriterType,
  writer,
} from "./runtime/current.ts";
export {
  GraphCallbackHandler,
  type GraphInterruptEvent,
  type GraphLifecycleEvent,
  type GraphLifecycleStatus,
  type GraphResumeEvent,
} from "./runtime/graph-callback-handler.ts";
export { installAsyncStorage } from "./runtime/install-async-storage.ts";
export {
  type InferInterruptInputType,
  type InferInterruptResumeType,
  type Interrupt,
  interrupt,
  isInterrupted,
} from "./runtime/interrupt.ts";
export type { InterruptOptions } from "./runtime/interrupt-options.ts";
export { Overwrite, type OverwriteValue } from "./runtime/overwrite.ts";
// What a node uses
export { pushMessage } from "./runtime/push-message.ts";
export { RunControl } from "./runtime/run-control.ts";
export type { ExecutionInfo, LangGraphRunnableConfig, Runtime, ServerInfo } from "./runtime/runtime.ts";
export type { TimeoutPolicy } from "./runtime/timeout-policy.ts";
export {
  Annotation,
  AnnotationRoot,
  type NodeType,
  type SingleReducer,
  type StateDefinition,
  type StateType,
  type UpdateType,
} from "./state/annotation.ts";
export { MemorySaver } from "./state/memory-saver.ts";
export { MessagesAnnotation } from "./state/messages-annotation.ts";
export {
  type Messages,
  messagesDeltaReducer,
  messagesStateReducer,
  REMOVE_ALL_MESSAGES,
} from "./state/messages-reducer.ts";
// State
export { MessagesDeltaValue, MessagesValue, MessagesZodMeta } from "./state/messages-value.ts";
export {
  type InteropZodToStateDefinition,
  type ReducedZodChannel,
  type SchemaMeta,
  SchemaMetaRegistry,
  schemaMetaRegistry,
  withLangGraph,
} from "./state/schema-meta.ts";
export {
  getJsonSchemaFromSchema,
  getSchemaDefaultGetter,
  isSerializableSchema,
  isStandardSchema,
  type SerializableSchema,
} from "./state/standard-schema.ts";
export type {
  ExtractStateType,
  ExtractUpdateType,
  StateDefinitionInit,
  ToStateDefinition,
} from "./state/state-definition.ts";
export {
  type AnyStateSchema,
  type InferStateSchemaUpdate,
  type InferStateSchemaValue,
  StateSchema,
  type StateSchemaField,
  type StateSchemaFields,
  type StateSchemaFieldsToStateDefinition,
  type StateSchemaFieldToChannel,
} from "./state/state-schema.ts";
export {
  DeltaValue,
  type DeltaValueInit,
  ReducedValue,
  type ReducedValueInit,
  UntrackedValue,
  type UntrackedValueInit,
} from "./state/state-values.ts";
export type { CachePolicy, RetryPolicy } from "./step/node-policy.ts";
export { PregelNode } from "./step/pregel-node.ts";
// Protocol events
export {
  type CreateGraphRunStreamOptions,
  createGraphRunStream,
  type InferExtensions,
  type RunStreamChunk,
} from "./stream/events/create-graph-run-stream.ts";
export type {
  LifecycleCause,
  MessagesEventData,
  ProtocolMethod,
  ToolCallStatus,
  ToolCallStream,
  ToolsEventData,
  UpdatesEventData,
  UsageInfo,
} from "./stream/events/event-data.ts";
export type { InterruptPayload } from "./stream/events/event-log.ts";
export { GraphRunStream, SubgraphRunStream } from "./stream/events/graph-run-stream.ts";
export type { AgentStatus, LifecycleData, LifecycleEntry } from "./stream/events/lifecycle.ts";
export {
  createLifecycleTransformer,
  filterLifecycleEntries,
  type LifecycleProjection,
  type LifecycleTransformerOptions,
} from "./stream/events/lifecycle-transformer.ts";
export { createMessagesTransformer, type MessagesProjection } from "./stream/events/messages-transformer.ts";
export {
  type ConvertToProtocolEventOptions,
  convertToProtocolEvent,
  isCheckpointEnvelope,
  type Namespace,
  type ProtocolEvent,
  STREAM_EVENTS_V3_MODES,
} from "./stream/events/protocol-event.ts";
export { isStreamChannel, StreamChannel } from "./stream/events/stream-channel.ts";
export {
  isNativeTransformer,
  type NativeStreamTransformer,
  type StreamEmitter,
  type StreamTransformer,
} from "./stream/events/stream-transformer.ts";
export {
  createSubgraphDiscoveryTransformer,
  filterSubgraphHandles,
  type SubgraphDiscovery,
  type SubgraphDiscoveryProjection,
  type SubgraphDiscoveryTransformerOptions,
} from "./stream/events/subgraph-discovery.ts";
export {
  inferChannel,
  isPrefixMatch,
  isSupportedChannel,
  type MatchableEvent,
  matchesSubscription,
  normalizeNamespaceSegment,
  SUPPORTED_CHANNELS,
} from "./stream/events/subscription.ts";
export { createValuesTransformer, type ValuesTransformerProjection } from "./stream/events/values-transformer.ts";
export type { StreamMode } from "./stream/stream-mode.ts";
