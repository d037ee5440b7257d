import type { AgentAction, AgentFinish } from "@langchain/core/agents";
import type { BaseMessage } from "@langchain/core/messages";
import type { Runnable, RunnableConfig } from "@langchain/core/runnables";
import type { StructuredToolInterface } from "@langchain/core/tools";
import type { CompiledStateGraph } from "../graph/compiled-state-graph.ts";
import { StateGraph } from "../graph/state-graph.ts";
import { END, START } from "../runtime/constants.ts";
import { Annotation } from "../state/annotation.ts";
import { ToolExecutor } from "./tool-executor.ts";

interface AgentStep {
  action: AgentAction | AgentFinish;
  observation: unknown;
}

/** The state of a graph made by `createAgentExecutor`. */
export interface AgentExecutorState {
  agentOutcome?: AgentAction | AgentFinish;
  steps: AgentStep[];
  input: string;
  chatHistory?: BaseMessage[];
}

/**
 * A loop of an agent of core (one that answers with an action or a finish) and its tools.
 *
 * @deprecated Use `createReactAgent`.
 */
export function createAgentExecutor({
  agentRunnable,
  tools,
}: {
  agentRunnable: Runnable;
  tools: StructuredToolInterface[] | ToolExecutor;
}): CompiledStateGraph<AgentExecutorState, Partial<AgentExecutorState>, typeof START | "agent" | "action"> {
  const executor = tools instanceof ToolExecutor ? tools : new ToolExecutor({ tools });
  const graph = new StateGraph(
    Annotation.Root({
      input: Annotation<string>,
      chatHistory: Annotation<BaseMessage[] | undefined>,
      agentOutcome: Annotation<AgentAction | AgentFinish | undefined>,
      steps: Annotation<AgentStep[]>({ reducer: (steps, more) => steps.concat(more), default: () => [] }),
    }),
  )
    .addNode("agent", async (state, config: RunnableConfig) => ({
      agentOutcome: (await agentRunnable.invoke(state, config)) as AgentAction | AgentFinish,
    }))
    .addNode("action", async ({ agentOutcome }, config: RunnableConfig) => {
      if (agentOutcome === undefined || isFinish(agentOutcome))
        throw new Error("The agent chose no action to execute.");
      const { tool, toolInput } = agentOutcome;
      return { steps: [{ action: agentOutcome, observation: await executor.invoke({ tool, toolInput }, config) }] };
    })
    .addEdge(START, "agent")
    .addConditionalEdges("agent", ({ agentOutcome }) => (isFinish(agentOutcome) ? "end" : "continue"), {
      continue: "action",
      end: END,
    })
    .addEdge("action", "agent");
  return graph.compile() as never;
}

function isFinish(outcome: AgentAction | AgentFinish | undefined): outcome is AgentFinish {
  return outcome !== undefined && "returnValues" in outcome;
}
