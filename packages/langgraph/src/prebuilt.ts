export {
  type AgentExecutorState,
  type AgentNameMode,
  type CreateReactAgentParams,
  createAgentExecutor,
  createFunctionCallingExecutor,
  createReactAgent,
  createReactAgentAnnotation,
  ToolExecutor,
  ToolNode,
  type ToolNodeOptions,
  toolsCondition,
  withAgentName,
} from "@heddle/engine";
