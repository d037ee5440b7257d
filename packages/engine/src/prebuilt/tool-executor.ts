import { Runnable, type RunnableConfig } from "@langchain/core/runnables";
import type { StructuredToolInterface } from "@langchain/core/tools";

/** Which tool to run, and with what. */
export interface ToolInvocation {
  tool: string;
  toolInput: unknown;
}

export interface ToolExecutorArgs {
  tools: StructuredToolInterface[];
  /** What is answered for a tool that does not exist. */
  invalidToolMsgTemplate?: string;
}

const UNKNOWN_TOOL = "{requestedToolName} is not a valid tool, try one of {availableToolNamesString}.";

/**
 * Runs one tool by its name.
 *
 * @deprecated Use `ToolNode`.
 */
export class ToolExecutor extends Runnable<ToolInvocation, unknown> {
  override lc_namespace = ["langgraph", "prebuilt"];
  tools: StructuredToolInterface[];
  toolMap: Record<string, StructuredToolInterface>;
  invalidToolMsgTemplate: string;

  constructor({ tools, invalidToolMsgTemplate = UNKNOWN_TOOL }: ToolExecutorArgs) {
    super();
    this.tools = tools;
    this.toolMap = Object.fromEntries(tools.map((tool) => [tool.name, tool]));
    this.invalidToolMsgTemplate = invalidToolMsgTemplate;
  }

  override async invoke({ tool, toolInput }: ToolInvocation, config?: RunnableConfig): Promise<unknown> {
    const found = Object.hasOwn(this.toolMap, tool) ? this.toolMap[tool] : undefined;
    if (found !== undefined) return found.invoke(toolInput as never, config);
    return this.invalidToolMsgTemplate
      .replace("{requestedToolName}", tool)
      .replace("{availableToolNamesString}", Object.keys(this.toolMap).join(", "));
  }
}
