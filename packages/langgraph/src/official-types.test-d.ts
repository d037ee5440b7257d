// Compile-time: every type that `@langchain/langgraph` 1.7.3 exports and these entries name exists. Never run.
import type * as prebuilt from "./prebuilt.ts";
import type * as pregel from "./pregel.ts";
import type * as stream from "./stream.ts";
import type * as web from "./web.ts";

export type Root = [
  web.CompiledGraphType,
  web.ConditionalEdgeRouter<never>,
  web.ConditionalEdgeRouterTypes,
  web.ContextSchemaInit,
  web.ConvertToProtocolEventOptions,
  web.GraphNode<never>,
  web.GraphNodeTypes,
  web.LifecycleCause,
  web.MessagesEventData,
  web.MultipleChannelSubscriptionOptions,
  web.SingleChannelSubscriptionOptions,
  web.StateGraphArgsWithInputOutputSchemas<never>,
  web.StateGraphArgsWithStateSchema<never, never, never>,
  web.ToolCallStatus,
  web.ToolCallStream,
  web.ToolsEventData,
  web.UpdatesEventData,
  web.UsageInfo,
];

export type Prebuilt = [
  prebuilt.ActionRequest,
  prebuilt.AgentExecutorState,
  prebuilt.AgentNameMode,
  prebuilt.AgentState,
  prebuilt.FunctionCallingExecutorState,
  prebuilt.HumanInterrupt,
  prebuilt.HumanInterruptConfig,
  prebuilt.HumanResponse,
  prebuilt.ToolExecutorArgs,
  prebuilt.ToolInvocationInterface,
  prebuilt.ToolNodeOptions,
];

export type Pregel = [pregel.PregelInputType, pregel.PregelOptions, pregel.PregelOutputType];

export type Stream = [stream.ProtocolMethod, stream.MatchableEvent, stream.Namespace];
