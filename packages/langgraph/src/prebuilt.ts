export {
  type AgentNameMode,
  type CreateReactAgentParams,
  createReactAgent,
  createReactAgentAnnotation,
  ToolNode,
  type ToolNodeOptions,
  toolsCondition,
  withAgentName,
} from "@heddle/engine";
