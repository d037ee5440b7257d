import type { Checkpointer, Store } from "@heddle/checkpoint";
import type { LanguageModelLike } from "@langchain/core/language_models/base";
import { type AIMessage, type BaseMessage, isAIMessage, isToolMessage } from "@langchain/core/messages";
import { Runnable, type RunnableConfig, RunnableSequence } from "@langchain/core/runnables";
import type { BaseChannel } from "../channels/channel.ts";
import type { CompiledStateGraph } from "../graph/compiled-state-graph.ts";
import { StateGraph } from "../graph/state-graph.ts";
import type { AnyRecord } from "../runtime/any-record.ts";
import { Send } from "../runtime/command.ts";
import { END, START } from "../runtime/constants.ts";
import { Annotation, type AnnotationRoot } from "../state/annotation.ts";
import { type StateDefinitionInit, stateKeys, toChannels } from "../state/state-definition.ts";
import { createReactAgentAnnotation, PreHookAnnotation } from "./agent-annotation.ts";
import {
  bareModel,
  bindAgentTools,
  type Prompt,
  type PromptMessages,
  promptMessages,
  type ToolClass,
  toPromptRunnable,
} from "./agent-model.ts";
import { type AgentNameMode, withAgentName } from "./agent-name.ts";
import { ToolNode } from "./tool-node.ts";

type State = AnyRecord & { messages: BaseMessage[] };

type AgentModel =
  | LanguageModelLike
  | ((state: State, runtime: RunnableConfig) => LanguageModelLike | Promise<LanguageModelLike>);

export interface CreateReactAgentParams {
  llm: AgentModel;
  tools: ToolNode | (ToolClass | Runnable)[];
  prompt?: Prompt;
  /** @deprecated Use `prompt`. */
  messageModifier?: Prompt;
  /** @deprecated Use `prompt`. */
  stateModifier?: Prompt;
  stateSchema?: StateDefinitionInit;
  contextSchema?: StateDefinitionInit;
  checkpointer?: Checkpointer | boolean;
  /** Alias of `checkpointer`. */
  checkpointSaver?: Checkpointer | boolean;
  store?: Store;
  interruptBefore?: string[] | "*";
  interruptAfter?: string[] | "*";
  /** A schema, or `{schema, prompt, …}`: the agent ends with a response of that form. */
  responseFormat?: object;
  /** Runs before each call of the model; may give `llmInputMessages`. */
  preModelHook?: unknown;
  /** Runs after each call of the model. */
  postModelHook?: unknown;
  name?: string;
  description?: string;
  includeAgentName?: AgentNameMode;
  /** v1: all tool calls in one task; v2: one task per call. @default "v1" */
  version?: "v1" | "v2";
}

/** An agent that calls tools until its model has an answer. */
export function createReactAgent(params: CreateReactAgentParams): ReactAgentGraph {
  return new ReactAgent(params).compile() as ReactAgentGraph;
}

/** The state's type comes from the schema, which may be any. */
type ReactAgentGraph = CompiledStateGraph<AnyRecord, AnyRecord, string, AgentSchema, AgentSchema>;
type AgentSchema = AnnotationRoot<{ [key: string]: BaseChannel }>;

/** A builder whose node names and states are only known at run time. */
interface LooseBuilder {
  addNode(name: string, action: unknown, options?: object): LooseBuilder;
  addEdge(from: string, to: string): LooseBuilder;
  addConditionalEdges(from: string, path: (state: State) => string | Send[], ends: string[]): LooseBuilder;
  compile(options: object): unknown;
}

class ReactAgent {
  readonly #params: CreateReactAgentParams;
  readonly #toolNode: ToolNode;
  readonly #toolClasses: ToolClass[];
  readonly #returnDirect: Set<string>;
  readonly #prompt: Runnable;
  readonly #promptMessages: PromptMessages | undefined;
  readonly #entry: string;
  #staticModel: Promise<Runnable> | undefined;

  constructor(params: CreateReactAgentParams) {
    this.#params = params;
    const { tools } = params;
    this.#toolClasses = tools instanceof ToolNode ? tools.tools : tools;
    this.#toolNode = tools instanceof ToolNode ? tools : new ToolNode(tools.filter(isClientTool) as never);
    this.#returnDirect = new Set(
      this.#toolNode.tools.filter((tool) => "returnDirect" in tool && tool.returnDirect).map((tool) => tool.name),
    );
    const messagesOf = (state: unknown) => modelMessages(state as State);
    this.#prompt = toPromptRunnable(onePrompt(params), messagesOf);
    this.#promptMessages = promptMessages(onePrompt(params), messagesOf);
    this.#entry = params.preModelHook === undefined ? "agent" : "pre_model_hook";
  }

  compile(): unknown {
    const { stateSchema, contextSchema, preModelHook, postModelHook, responseFormat, name, description } = this.#params;
    const schema = stateSchema ?? createReactAgentAnnotation();
    if (!stateKeys(schema).includes("messages")) throw new Error("Missing required `messages` key in state schema.");
    const graph = new StateGraph(schema as never, contextSchema as never) as unknown as LooseBuilder;
    const input = preModelHook === undefined ? schema : withHookKeys(schema);
    graph.addNode("tools", this.#toolNode);
    if (preModelHook !== undefined) graph.addNode("pre_model_hook", preModelHook).addEdge("pre_model_hook", "agent");
    graph.addNode("agent", (state: State, config: RunnableConfig) => this.#callModel(state, config), { input });
    if (postModelHook !== undefined)
      graph.addNode("post_model_hook", postModelHook).addEdge("agent", "post_model_hook");
    if (responseFormat !== undefined) {
      graph.addNode("generate_structured_response", (state: State, config: RunnableConfig) =>
        this.#respond(state, config),
      );
      graph.addEdge("generate_structured_response", END);
    }
    graph.addEdge(START, this.#entry);
    this.#addRoutes(graph);
    return graph.compile(
      defined({
        checkpointer: this.#params.checkpointer ?? this.#params.checkpointSaver,
        store: this.#params.store,
        interruptBefore: this.#params.interruptBefore,
        interruptAfter: this.#params.interruptAfter,
        name,
        description,
      }),
    );
  }

  #addRoutes(graph: LooseBuilder): void {
    const end = this.#params.responseFormat === undefined ? END : "generate_structured_response";
    if (this.#params.postModelHook === undefined)
      graph.addConditionalEdges("agent", (state: State) => this.#afterModel(state, end), ["tools", end]);
    else
      graph.addConditionalEdges("post_model_hook", (state: State) => this.#afterHook(state, end), [
        "tools",
        this.#entry,
        end,
      ]);
    if (this.#returnDirect.size === 0) graph.addEdge("tools", this.#entry);
    else graph.addConditionalEdges("tools", (state: State) => this.#afterTools(state), [this.#entry, END]);
  }

  #afterModel(state: State, end: string): string | Send[] {
    const last = state.messages.at(-1);
    const calls = last !== undefined && isAIMessage(last) ? (last.tool_calls ?? []) : [];
    if (calls.length === 0) return end;
    return this.#toTools(state, calls);
  }

  #afterHook(state: State, end: string): string | Send[] {
    const answered = new Set(
      state.messages.filter((message) => isToolMessage(message)).map((message) => message.tool_call_id),
    );
    const last = state.messages.findLast((message): message is AIMessage => isAIMessage(message));
    const open = (last?.tool_calls ?? []).filter((call) => !answered.has(call.id ?? ""));
    if (open.length > 0) return this.#toTools(state, open);
    const latest = state.messages.at(-1);
    return latest !== undefined && isToolMessage(latest) ? this.#entry : end;
  }

  #toTools(state: State, calls: NonNullable<AIMessage["tool_calls"]>): string | Send[] {
    if (this.#params.version !== "v2") return "tools";
    return calls.map((call) => new Send("tools", { ...state, lg_tool_call: call }));
  }

  #afterTools(state: State): string {
    for (const message of state.messages.toReversed()) {
      if (!isToolMessage(message)) break;
      if (message.name !== undefined && this.#returnDirect.has(message.name)) return END;
    }
    return this.#entry;
  }

  async #callModel(state: State, config: RunnableConfig): Promise<{ messages: BaseMessage[] }> {
    const model = await this.#model(state, config);
    const { runName: _, ...inner } = config;
    // The prompt is a runnable for those who listen: when nobody does, core's machinery around it costs more than the agent.
    const messages = config.callbacks === undefined ? this.#promptMessages?.(state) : undefined;
    const answer =
      messages === undefined ? this.#prompt.pipe(model).invoke(state, inner) : model.invoke(messages, inner);
    const response = (await answer) as BaseMessage;
    const { name } = this.#params;
    if (name !== undefined) {
      response.name = name;
      response.lc_kwargs.name = name;
    }
    return { messages: [response] };
  }

  async #model(state: State, config: RunnableConfig): Promise<Runnable> {
    const { llm, includeAgentName } = this.#params;
    const model = isModelFunction(llm)
      ? await bindAgentTools(await llm(state, config), this.#toolClasses)
      : await this.#boundModel(llm);
    return includeAgentName === undefined
      ? model
      : (withAgentName(model as never, includeAgentName) as unknown as Runnable);
  }

  /** Tools are bound once. */
  #boundModel(llm: LanguageModelLike): Promise<Runnable> {
    this.#staticModel ??= bindAgentTools(llm, this.#toolClasses);
    return this.#staticModel;
  }

  async #respond(state: State, config: RunnableConfig): Promise<{ structuredResponse: unknown }> {
    const { llm, responseFormat } = this.#params;
    const { schema, prompt, options } = readFormat(responseFormat as object);
    const messages = prompt === undefined ? state.messages : [{ role: "system", content: prompt }, ...state.messages];
    const model = await bareModel(isModelFunction(llm) ? await llm(state, config) : llm);
    const { withStructuredOutput } = model as unknown as {
      withStructuredOutput?: (schema: object, options?: object) => Runnable;
    };
    if (withStructuredOutput === undefined)
      throw new Error("The model does not support structured output: it has no withStructuredOutput method.");
    const structured = withStructuredOutput.call(model, schema, options);
    const { runName: _, ...inner } = config;
    const structuredResponse: unknown = await structured.invoke(messages, inner);
    if (structuredResponse === null || structuredResponse === undefined) {
      throw new Error(
        "The model returned no structured response. Check that it supports structured output with the given schema.",
      );
    }
    return { structuredResponse };
  }
}

function isModelFunction(llm: AgentModel): llm is Exclude<AgentModel, LanguageModelLike> {
  return typeof llm === "function" && !Runnable.isRunnable(llm);
}

function isClientTool(tool: object): boolean {
  return Runnable.isRunnable(tool) || ("invoke" in tool && typeof tool.invoke === "function");
}

function onePrompt({ prompt, messageModifier, stateModifier }: CreateReactAgentParams): Prompt | undefined {
  const given = [prompt, stateModifier, messageModifier].filter((value) => value !== undefined);
  if (given.length > 1)
    throw new Error("Expected only one of prompt, stateModifier, or messageModifier, got multiple values");
  if (messageModifier === undefined || typeof messageModifier === "string") return given[0];
  // A message modifier sees the messages, not the state.
  if (typeof messageModifier === "function") return (state: State) => messageModifier(state.messages, undefined);
  if (!Runnable.isRunnable(messageModifier)) return messageModifier as BaseMessage;
  return RunnableSequence.from([(state: State) => state.messages, messageModifier as Runnable]);
}

function modelMessages(state: State): BaseMessage[] {
  const only = state.llmInputMessages as BaseMessage[] | undefined;
  return only !== undefined && only.length > 0 ? only : (state.messages ?? []);
}

function withHookKeys(schema: StateDefinitionInit): AnnotationRoot<Record<string, never>> {
  const channels = toChannels(schema);
  return Annotation.Root({ ...channels, ...PreHookAnnotation.spec }) as never;
}

function readFormat(format: object): { schema: object; prompt: string | undefined; options: object | undefined } {
  const isOptions = "schema" in format && !("parse" in format) && !("~standard" in format);
  if (!isOptions) return { schema: format, prompt: undefined, options: undefined };
  const { schema, prompt, ...options } = format as { schema: object; prompt?: string };
  return { schema, prompt, options };
}

function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
