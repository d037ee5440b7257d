import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { isGraphBubbleUp } from "../../error-guards.ts";
import type { ChunkReceiver } from "../../runtime/task-context.ts";
import { namespaceOfRun } from "./messages.ts";

interface ToolRun {
  namespace: string[];
  toolCallId: string | undefined;
  name: string;
}

/** Streams what tools do: start, the values of generator tools, end, error. Pauses are not errors. */
export class ToolsHandler extends BaseCallbackHandler {
  name = "StreamToolsHandler";
  override ignoreChain = true;
  override ignoreLLM = true;
  override ignoreRetriever = true;
  override awaitHandlers = true;
  readonly #receiver: ChunkReceiver;
  readonly #runs = new Map<string, ToolRun>();

  constructor(receiver: ChunkReceiver) {
    super();
    this.#receiver = receiver;
  }

  override handleToolStart(
    tool: { id?: string[] },
    input: string,
    runId: string,
    _parentRunId?: string,
    _tags?: string[],
    metadata: Record<string, unknown> = {},
    runName?: string,
    toolCallId?: string,
  ): void {
    const run: ToolRun = {
      namespace: namespaceOfRun(metadata),
      toolCallId,
      name: runName ?? tool.id?.at(-1) ?? "tool",
    };
    this.#runs.set(runId, run);
    this.#emit(run, "on_tool_start", { input });
  }

  override handleToolEvent(data: unknown, runId: string): void {
    const run = this.#runs.get(runId);
    if (run !== undefined) this.#emit(run, "on_tool_event", { data });
  }

  override handleToolEnd(output: unknown, runId: string): void {
    const run = this.#take(runId);
    if (run !== undefined) this.#emit(run, "on_tool_end", { output });
  }

  override handleToolError(error: unknown, runId: string): void {
    const run = this.#take(runId);
    if (run !== undefined && !isGraphBubbleUp(error)) this.#emit(run, "on_tool_error", { error });
  }

  #take(runId: string): ToolRun | undefined {
    const run = this.#runs.get(runId);
    this.#runs.delete(runId);
    return run;
  }

  #emit(run: ToolRun, event: string, fields: Record<string, unknown>): void {
    const id = run.toolCallId === undefined ? {} : { toolCallId: run.toolCallId };
    this.#receiver.push(run.namespace, "tools", { event, ...id, name: run.name, ...fields });
  }
}
