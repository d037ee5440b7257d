export {
  type AgentNameMode,
  type CreateReactAgentParams,
  createFunctionCallingExecutor,
  createReactAgent,
  createReactAgentAnnotation,
  ToolExecutor,
  ToolNode,
  type ToolNodeOptions,
  toolsCondition,
  withAgentName,
} from "@heddle/engine";
