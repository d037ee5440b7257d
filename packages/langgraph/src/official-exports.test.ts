import { expect, test } from "vitest";

// The run-time exports of `@langchain/langgraph` 1.7.3, entry by entry: `Object.keys` of its modules.
const OFFICIAL = {
  index:
    "Annotation AsyncBatchedStore BaseChannel BaseCheckpointSaver BaseLangGraphError BaseStore BinaryOperatorAggregate COMMAND_SYMBOL ChatModelStreamImpl Command CommandInstance CompiledStateGraph DeltaChannel DeltaValue END EmptyChannelError EmptyInputError EventLog Graph GraphBubbleUp GraphCallbackHandler GraphDrained GraphInterrupt GraphRecursionError GraphRunStream GraphValueError INTERRUPT InMemoryStore InvalidUpdateError MemorySaver MessageGraph MessagesAnnotation MessagesDeltaValue MessagesValue MessagesZodMeta MessagesZodState MultipleSubgraphsError NodeError NodeInterrupt NodeTimeoutError Overwrite ParentCommand REMOVE_ALL_MESSAGES ReducedValue RemoteException RunControl START STREAM_EVENTS_V3_MODES Send StateGraph StateGraphInputError StateSchema StreamChannel SubgraphRunStream UnknownInterruptError UnreachableNodeError UntrackedValue UntrackedValueChannel _markInvalidResume addMessages convertToProtocolEvent copyCheckpoint createGraphRunStream createLifecycleTransformer createMessagesTransformer createSubgraphDiscoveryTransformer createValuesTransformer emptyCheckpoint entrypoint filterLifecycleEntries filterSubgraphHandles getConfig getCurrentTaskInput getJsonSchemaFromSchema getPreviousState getSchemaDefaultGetter getStore getSubgraphsSeenSet getWriter interrupt isCheckpointEnvelope isCommand isGraphBubbleUp isGraphDrained isGraphInterrupt isInterrupted isInvalidResume isNativeTransformer isNodeError isNodeTimeoutError isParentCommand isSerializableSchema isStandardSchema isUnknownInterruptError messagesDeltaReducer messagesStateReducer pushMessage task writer",
  prebuilt:
    "ToolExecutor ToolNode createAgentExecutor createFunctionCallingExecutor createReactAgent createReactAgentAnnotation toolsCondition withAgentName",
  pregel: "Channel Pregel",
  channels:
    "AnyValue BaseChannel BinaryOperatorAggregate DeltaChannel DynamicBarrierValue EphemeralValue LastValue LastValueAfterFinish NamedBarrierValue NamedBarrierValueAfterFinish Topic UntrackedValueChannel channelsFromCheckpoint createCheckpoint deltaChannelsToSnapshot deltaChannelsWithPendingWrites empty exitDeltaLateTaskId exitDeltaTaskId isDeltaChannel",
  stream:
    "EventLog STREAM_EVENTS_V3_MODES SUPPORTED_CHANNELS StreamChannel convertToProtocolEvent inferChannel isCheckpointEnvelope isPrefixMatch isStreamChannel isSupportedChannel matchesSubscription normalizeNamespaceSegment",
  zod: "LanggraphZodMetaRegistry META_EXTRAS_DESCRIPTION_PREFIX SchemaMetaRegistry registry schemaMetaRegistry withLangGraph",
  "zod-schema": "getConfigTypeSchema getInputTypeSchema getOutputTypeSchema getStateTypeSchema getUpdateTypeSchema",
  remote: "RemoteGraph",
} as const;

const ENTRIES: Record<keyof typeof OFFICIAL, () => Promise<object>> = {
  index: () => import("./index.ts"),
  prebuilt: () => import("./prebuilt.ts"),
  pregel: () => import("./pregel.ts"),
  channels: () => import("./channels.ts"),
  stream: () => import("./stream.ts"),
  zod: () => import("./zod.ts"),
  "zod-schema": () => import("./zod-schema.ts"),
  remote: () => import("./remote.ts"),
};

test.each(Object.entries(ENTRIES))("every official name of %s exists here", async (entry, load) => {
  const names = new Set(Object.keys(await load()));
  const missing = OFFICIAL[entry as keyof typeof OFFICIAL].split(" ").filter((name) => !names.has(name));
  expect(missing).toEqual([]);
});
