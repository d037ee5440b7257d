export {
  ToolNode,
  type ToolNodeOptions,
  toolsCondition,
} from "@heddle/engine";
