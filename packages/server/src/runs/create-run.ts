import type { AssistantRecord, NewRun, RunRecord } from "@heddle/backend";
import type { Config, MultitaskStrategy, RunCreate } from "@heddle/protocol";
import { ServerError } from "../errors.ts";
import { uuid7 } from "../ids.ts";
import type { ServerTools } from "../server-tools.ts";

export interface RunRequest {
  body: RunCreate;
  /** undefined for a stateless run. */
  threadId: string | undefined;
  /** Chosen before, so that a reader can attach first. */
  runId: string;
  /** Somebody will want its events: everything but wait. */
  isStreamed: boolean;
}

/** For requests that name none, decisions/0004. */
const DEFAULT_MULTITASK_STRATEGY: MultitaskStrategy = "enqueue";

export function newRunId(): string {
  return uuid7(Date.now());
}

/**
 * Admits a run: finds its assistant, applies the multitask strategy, and writes it as pending. The run may have started, even
 * ended, when this resolves.
 *
 * @throws ServerError `not_found` for an unknown assistant or thread, `thread_busy` when strategy `reject` forbids it.
 */
export async function createRun(request: RunRequest, tools: ServerTools): Promise<RunRecord> {
  const { body, runId } = request;
  const assistant = await findAssistant(body.assistant_id, tools);
  const run = toNewRun(request, assistant);
  const outcome = await tools.backend.queue.offer(run);
  if (outcome.status === "busy") {
    throw new ServerError(
      "thread_busy",
      "Thread is already running a task. Wait for it to finish or choose a different multitask strategy. " +
        `(thread "${run.threadId}" is busy with run "${outcome.runId}")`,
    );
  }
  if (outcome.status === "thread-missing") {
    throw new ServerError(
      "not_found",
      `Thread with ID ${run.threadId} not found; create it, or send if_not_exists "create"`,
    );
  }
  for (const cancelled of outcome.cancelled) tools.live.end(cancelled, { status: "interrupted" });
  tools.logger.debug({ run_id: runId, thread_id: run.threadId, graph_id: run.graphId }, "run created");
  return outcome.run;
}

/** By assistant id, or by graph id for the graph's default assistant. */
async function findAssistant(id: string, { backend, graphs }: ServerTools): Promise<AssistantRecord> {
  const assistantId = graphs.assistantId(id);
  const assistant = await backend.assistants.get(assistantId);
  if (assistant === undefined) {
    const hint = "Make sure the assistant ID is for a valid assistant or a valid graph ID.";
    throw new ServerError("not_found", `No assistant found for "${id}". ${hint}`);
  }
  graphs.get(assistant.graphId);
  return assistant;
}

function toNewRun({ body, threadId, runId, isStreamed }: RunRequest, assistant: AssistantRecord): NewRun {
  const now = Date.now();
  const isTemporary = threadId === undefined && body.on_completion !== "keep";
  const run: NewRun = {
    runId,
    threadId: threadId ?? uuid7(now),
    assistantId: assistant.assistantId,
    graphId: assistant.graphId,
    createdAt: new Date(now).toISOString(),
    multitaskStrategy: body.multitask_strategy ?? DEFAULT_MULTITASK_STRATEGY,
    assistantConfig: assistant.config,
    runConfig: toRunConfig(body),
    threadConfig: toThreadConfig(body.config ?? {}),
    assistantMetadata: { ...assistant.metadata, graph_id: assistant.graphId, assistant_id: assistant.assistantId },
    runMetadata: body.metadata ?? {},
    thread: isTemporary
      ? "temporary"
      : threadId === undefined || body.if_not_exists === "create"
        ? "create"
        : "must-exist",
    kwargs: toKwargs(body, assistant, isTemporary, isStreamed),
  };
  if (!isStreamed) run.isAwaited = true;
  if (body.after_seconds) run.notBefore = new Date(now + body.after_seconds * 1000).toISOString();
  return run;
}

function toKwargs(
  body: RunCreate,
  assistant: AssistantRecord,
  isTemporary: boolean,
  isStreamed: boolean,
): NewRun["kwargs"] {
  const modes = body.stream_mode ?? "values";
  const durability = body.durability ?? (body.checkpoint_during === false ? "exit" : undefined);
  return {
    input: body.input ?? null,
    ...(body.command ? { command: body.command } : {}),
    context: mergeContext(assistant.context, body.context),
    stream_mode: Array.isArray(modes) ? modes : [modes],
    subgraphs: body.stream_subgraphs ?? false,
    resumable: body.stream_resumable ?? false,
    temporary: isTemporary,
    is_streamed: isStreamed,
    ...(body.interrupt_before ? { interrupt_before: body.interrupt_before } : {}),
    ...(body.interrupt_after ? { interrupt_after: body.interrupt_after } : {}),
    ...(body.webhook ? { webhook: body.webhook } : {}),
    ...(body.feedback_keys ? { feedback_keys: body.feedback_keys } : {}),
    ...(durability ? { durability } : {}),
  };
}

/** The run's config; its checkpoint, wherever it stands in the request, is part of `configurable`. */
function toRunConfig(body: RunCreate): Config {
  const { checkpoint, checkpoint_id, config } = body;
  const configurable: Record<string, unknown> = { ...config?.configurable };
  if (checkpoint?.checkpoint_id) configurable.checkpoint_id = checkpoint.checkpoint_id;
  if (typeof checkpoint?.checkpoint_ns === "string") configurable.checkpoint_ns = checkpoint.checkpoint_ns;
  if (checkpoint?.checkpoint_map) configurable.checkpoint_map = checkpoint.checkpoint_map;
  if (checkpoint_id) configurable.checkpoint_id = checkpoint_id;
  return { ...config, configurable };
}

/** What later runs of the thread inherit: all of the run's config but the place it began from. */
function toThreadConfig(config: Config): Config {
  const { checkpoint_id: _, checkpoint_ns: __, checkpoint_map: ___, ...configurable } = config.configurable ?? {};
  return { ...config, configurable };
}

function mergeContext(assistantContext: unknown, runContext: unknown): unknown {
  if (!isObject(assistantContext)) return assistantContext ?? runContext ?? {};
  return isObject(runContext) ? { ...assistantContext, ...runContext } : assistantContext;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
