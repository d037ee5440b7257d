import type { LanguageModelLike } from "@langchain/core/language_models/base";
import { type BaseMessage, type BaseMessageLike, SystemMessage } from "@langchain/core/messages";
import { Runnable, RunnableBinding, RunnableLambda, RunnableSequence } from "@langchain/core/runnables";

/** A tool as a model is told of it. */
export type ToolClass = object;

interface Bindable {
  bindTools(tools: ToolClass[]): Runnable;
}

/** A model with the agent's tools bound, unless they are bound already; then they must be the same. */
export async function bindAgentTools(llm: LanguageModelLike, tools: ToolClass[]): Promise<Runnable> {
  const model = await unwrapConfigurable(llm as unknown as Runnable);
  const bound = findBound(model);
  if (bound !== undefined) {
    checkBoundTools(bound, tools);
    return model;
  }
  if (tools.length === 0) return model;
  if (RunnableSequence.isRunnableSequence(model)) return bindInSequence(model, tools);
  return bind(model, tools);
}

/** Models of `initChatModel` bind lazily; what they stand for is found by asking. */
async function unwrapConfigurable(model: Runnable): Promise<Runnable> {
  if (!("_queuedMethodOperations" in model) || !("_model" in model) || typeof model._model !== "function") return model;
  return (await model._model()) as Runnable;
}

function bind(model: Runnable, tools: ToolClass[]): Runnable {
  if (!("bindTools" in model) || typeof model.bindTools !== "function") {
    throw new Error(`llm ${String(model)} must define bindTools method.`);
  }
  return (model as unknown as Bindable).bindTools(tools);
}

function bindInSequence(sequence: RunnableSequence, tools: ToolClass[]): Runnable {
  const steps = sequence.steps as Runnable[];
  const index = steps.findIndex((step) => "bindTools" in step);
  if (index === -1) throw new Error("Expected one step of the sequence to be a chat model.");
  return RunnableSequence.from(steps.map((step, i) => (i === index ? bind(step, tools) : step)) as never);
}

function findBound(model: Runnable): ToolClass[] | undefined {
  if (RunnableBinding.isRunnableBinding(model)) {
    const { kwargs, config } = model as unknown as {
      kwargs?: { tools?: ToolClass[] };
      config?: { tools?: ToolClass[] };
    };
    return kwargs?.tools ?? config?.tools;
  }
  if (RunnableSequence.isRunnableSequence(model))
    return (model.steps as Runnable[]).map(findBound).find((tools) => tools !== undefined);
  return undefined;
}

function checkBoundTools(bound: ToolClass[], tools: ToolClass[]): void {
  if (bound.length !== tools.length) {
    throw new Error("Number of tools in the model.bindTools() and tools passed to createReactAgent must match");
  }
  const names = new Set(bound.map(toolName));
  const missing = tools.map(toolName).filter((name) => name !== undefined && !names.has(name));
  if (missing.length > 0) throw new Error(`Missing tools '${missing}' in the model.bindTools().`);
}

/** Providers each have a form of their own: `{function: {name}}`, `{toolSpec: {name}}`, or `{name}`. */
function toolName(tool: ToolClass): string | undefined {
  const {
    name,
    function: fn,
    toolSpec,
  } = tool as { name?: string; function?: { name?: string }; toolSpec?: { name?: string } };
  return name ?? fn?.name ?? toolSpec?.name;
}

/** The chat model behind bindings and sequences: structured output needs it bare. */
export async function bareModel(llm: LanguageModelLike): Promise<Runnable> {
  const model = await unwrapConfigurable(llm as unknown as Runnable);
  if (RunnableSequence.isRunnableSequence(model)) {
    const step = (model.steps as Runnable[]).find(
      (candidate) => RunnableBinding.isRunnableBinding(candidate) || "bindTools" in candidate,
    );
    if (step !== undefined) return bareModel(step as unknown as LanguageModelLike);
  }
  return RunnableBinding.isRunnableBinding(model) ? (model.bound as Runnable) : model;
}

/** What a prompt makes of the state: the messages for the model. */
export type Prompt =
  | string
  | BaseMessage
  // biome-ignore lint/suspicious/noExplicitAny: a prompt function takes the agent's state, of any schema
  | ((state: any, config: any) => BaseMessageLike[] | Promise<BaseMessageLike[]>)
  | Runnable;

export type PromptMessages = (state: unknown) => unknown[];

/** A prompt as a runnable from state to messages. `messagesOf` picks the messages the model should see. */
export function toPromptRunnable(prompt: Prompt | undefined, messagesOf: (state: unknown) => BaseMessage[]): Runnable {
  const messages = promptMessages(prompt, messagesOf) ?? prompt;
  return Runnable.isRunnable(messages)
    ? (messages as Runnable)
    : RunnableLambda.from(messages as never).withConfig({ runName: "prompt" });
}

/** What a prompt of text adds to the messages, without a runnable around it; undefined for a prompt of the user's own code. */
export function promptMessages(
  prompt: Prompt | undefined,
  messagesOf: (state: unknown) => BaseMessage[],
): PromptMessages | undefined {
  if (prompt === undefined) return messagesOf;
  if (typeof prompt === "function" || Runnable.isRunnable(prompt)) return undefined;
  const system = typeof prompt === "string" ? new SystemMessage(prompt) : prompt;
  return (state) => [system, ...messagesOf(state)];
}
