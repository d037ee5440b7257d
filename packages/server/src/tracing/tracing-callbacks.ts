import { type Attributes, type Context, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";

type Metadata = Readonly<Record<string, unknown>>;

interface Named {
  name?: string;
  id?: string[];
}

/** A superstep that goes on until the next one of the same graph begins. */
interface OpenStep {
  step: unknown;
  span: Span;
  inside: Context;
}

/**
 * The callbacks of LangChain by which spans follow a graph: a plain object with its methods, so that no copy of
 * `@langchain/core` is needed. Chains that are neither a graph nor a task have no span; what they call hangs on what is above.
 */
export class TracingCallbacks {
  readonly name = "heddle_tracing";
  readonly #tracer: Tracer;
  readonly #root: Context;
  readonly #rootRunId: string;
  /** Callback run id → where its children hang. */
  readonly #contexts = new Map<string, Context>();
  readonly #spans = new Map<string, Span>();
  /** Callback run id of a graph → the superstep it is in. */
  readonly #steps = new Map<string, OpenStep>();

  constructor(tracer: Tracer, rootRunId: string, root: Context) {
    this.#tracer = tracer;
    this.#rootRunId = rootRunId;
    this.#root = root;
  }

  handleChainStart(
    chain: Named,
    _inputs: unknown,
    runId: string,
    parentRunId?: string,
    _tags?: string[],
    metadata?: Metadata,
    _runType?: string,
    runName?: string,
  ): void {
    const name = runName ?? nameOf(chain);
    const parent = this.#parent(parentRunId);
    // Taking the input in is no work of the graph.
    const isTask = name !== "__start__" && metadata?.langgraph_node === name;
    if (runId === this.#rootRunId || !isTask || parentRunId === undefined) {
      this.#contexts.set(runId, parent);
      return;
    }
    const step = this.#step(parentRunId, metadata?.langgraph_step, parent);
    this.#open(runId, `task ${name}`, step, { "langgraph.node": name });
  }

  handleChainEnd(_outputs: unknown, runId: string): void {
    this.#endStep(runId);
    this.#end(runId);
  }

  handleChainError(error: unknown, runId: string): void {
    this.#endStep(runId);
    this.#end(runId, error);
  }

  handleChatModelStart(
    model: Named,
    _messages: unknown,
    runId: string,
    parentRunId?: string,
    extra?: Metadata,
    _tags?: string[],
    metadata?: Metadata,
  ): void {
    this.#startModel("chat", model, { runId, parentRunId, extra, metadata });
  }

  handleLLMStart(
    model: Named,
    _prompts: unknown,
    runId: string,
    parentRunId?: string,
    extra?: Metadata,
    _tags?: string[],
    metadata?: Metadata,
  ): void {
    this.#startModel("text_completion", model, { runId, parentRunId, extra, metadata });
  }

  handleLLMEnd(output: unknown, runId: string): void {
    const usage = usageOf(output);
    this.#spans.get(runId)?.setAttributes(usage);
    this.#end(runId);
  }

  handleLLMError(error: unknown, runId: string): void {
    this.#end(runId, error);
  }

  handleToolStart(
    tool: Named,
    _input: unknown,
    runId: string,
    parentRunId?: string,
    _tags?: string[],
    _metadata?: Metadata,
    runName?: string,
  ): void {
    const name = runName ?? nameOf(tool);
    const attributes = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name };
    this.#open(runId, `execute_tool ${name}`, this.#parent(parentRunId), attributes);
  }

  handleToolEnd(_output: unknown, runId: string): void {
    this.#end(runId);
  }

  handleToolError(error: unknown, runId: string): void {
    this.#end(runId, error);
  }

  /** Ends what the graph left open: a run that is broken off tells no ends. */
  close(): void {
    for (const graphRunId of [...this.#steps.keys()]) this.#endStep(graphRunId);
    for (const runId of [...this.#spans.keys()]) this.#end(runId);
  }

  #startModel(operation: string, model: Named, call: ModelCall): void {
    const { ls_model_name, ls_provider } = call.metadata ?? {};
    const name = String(ls_model_name ?? modelOf(call.extra) ?? nameOf(model));
    this.#open(call.runId, `${operation} ${name}`, this.#parent(call.parentRunId), {
      "gen_ai.operation.name": operation,
      "gen_ai.request.model": name,
      ...(ls_provider === undefined ? {} : { "gen_ai.provider.name": String(ls_provider) }),
    });
  }

  #parent(parentRunId: string | undefined): Context {
    return (parentRunId === undefined ? undefined : this.#contexts.get(parentRunId)) ?? this.#root;
  }

  #step(graphRunId: string, step: unknown, parent: Context): Context {
    const open = this.#steps.get(graphRunId);
    if (open !== undefined && open.step === step) return open.inside;
    this.#endStep(graphRunId);
    const span = this.#tracer.startSpan(
      `superstep ${step}`,
      { attributes: { "langgraph.step": Number(step) } },
      parent,
    );
    const inside = trace.setSpan(parent, span);
    this.#steps.set(graphRunId, { step, span, inside });
    return inside;
  }

  #endStep(graphRunId: string): void {
    this.#steps.get(graphRunId)?.span.end();
    this.#steps.delete(graphRunId);
  }

  #open(runId: string, name: string, parent: Context, attributes: Attributes): void {
    const span = this.#tracer.startSpan(name, { attributes }, parent);
    this.#spans.set(runId, span);
    this.#contexts.set(runId, trace.setSpan(parent, span));
  }

  #end(runId: string, error?: unknown): void {
    this.#contexts.delete(runId);
    const span = this.#spans.get(runId);
    if (span === undefined) return;
    this.#spans.delete(runId);
    // A graph that stops to ask somebody has not failed.
    const isFailure = error !== undefined && !(error instanceof Error && /Interrupt|ParentCommand/.test(error.name));
    if (isFailure) span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    span.end();
  }
}

interface ModelCall {
  runId: string;
  parentRunId: string | undefined;
  extra: Metadata | undefined;
  metadata: Metadata | undefined;
}

function nameOf({ name, id }: Named): string {
  return name ?? id?.at(-1) ?? "unnamed";
}

function modelOf(extra: Metadata | undefined): unknown {
  const parameters = extra?.invocation_params as Metadata | undefined;
  return parameters?.model ?? parameters?.model_name;
}

/** The token counts of the first generation's message, which is where LangChain keeps them. */
function usageOf(output: unknown): Attributes {
  const { generations } = (output ?? {}) as { generations?: { message?: { usage_metadata?: Metadata } }[][] };
  const usage = generations?.[0]?.[0]?.message?.usage_metadata;
  if (usage === undefined) return {};
  return {
    "gen_ai.usage.input_tokens": Number(usage.input_tokens ?? 0),
    "gen_ai.usage.output_tokens": Number(usage.output_tokens ?? 0),
  };
}
