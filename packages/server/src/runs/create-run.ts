import {
  type AssistantRecord,
  mergeConfigs,
  type NewRun,
  type OfferOutcome,
  passesAccess,
  type RunRecord,
  type ThreadTtl,
} from "@heddle/backend";
import type { Config, MultitaskStrategy, RunCreate } from "@heddle/protocol";
import { type Caller, EVERYBODY } from "../auth/caller.ts";
import { ServerError } from "../errors.ts";
import { uuid7 } from "../ids.ts";
import type { ServerTools } from "../server-tools.ts";
import { recordEnd } from "../webhooks/record-end.ts";
import { assertWebhook } from "../webhooks/webhook-policy.ts";

export interface RunRequest {
  body: RunCreate;
  /** undefined for a stateless run. */
  threadId: string | undefined;
  /** Chosen before, so that a reader can attach first. */
  runId: string;
  /** Somebody will want its events: everything but wait. */
  isStreamed: boolean;
  origin: RunOrigin;
  /** Given when the request may be sent again: then a run that is there already is the answer. */
  fingerprint?: string | undefined;
}

/** Who asks for a run, and what the server itself tells its graph of the request. */
export interface RunOrigin {
  caller: Caller;
  /** Stands in the run's `configurable` over whatever the client says. */
  configurable: Record<string, unknown>;
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
 * @throws ServerError `forbidden`, `not_found` for an unknown assistant or thread, `thread_busy` when strategy `reject` forbids it.
 */
export async function createRun(request: RunRequest, tools: ServerTools): Promise<RunRecord> {
  const existing = request.fingerprint === undefined ? undefined : await sameRun(request, tools);
  return existing ?? offer(await prepare(request, tools), request, tools);
}

/**
 * Admits several stateless runs, in their order, or none: what a request can be refused for is found out of all of them first.
 *
 * @throws ServerError as `createRun`
 */
export async function createRuns(requests: readonly RunRequest[], tools: ServerTools): Promise<RunRecord[]> {
  const prepared: NewRun[] = [];
  for (const request of requests) prepared.push(await prepare(request, tools));
  const runs: RunRecord[] = [];
  for (const [index, request] of requests.entries()) {
    const run = prepared[index];
    if (run !== undefined) runs.push(await offer(run, request, tools));
  }
  return runs;
}

/** The run that is asked for, if it may be. */
async function prepare(request: RunRequest, tools: ServerTools): Promise<NewRun> {
  const { body, origin } = request;
  if (body.webhook) assertWebhook(body.webhook, tools.webhookPolicy);
  const assistant = await findAssistant(body.assistant_id, origin.caller, tools);
  const asked = toNewRun(request, assistant, tools.threadTtl);
  const run = origin.caller === EVERYBODY ? asked : await authorized(asked, request);
  run.kwargs.origin = origin.configurable;
  if (tools.tracing !== undefined) run.kwargs.trace = tools.tracing.carry();
  return run;
}

async function offer(run: NewRun, request: RunRequest, tools: ServerTools): Promise<RunRecord> {
  const offered = tools.backend.queue.offer(run);
  const outcome = await (request.fingerprint === undefined ? offered : orSameRun(offered, request, tools));
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
  for (const cancelled of outcome.cancelled) {
    tools.live.end(cancelled, { status: "interrupted" });
    await recordEnd(cancelled, { status: "interrupted" }, tools);
  }
  tools.logger.debug({ run_id: run.runId, thread_id: run.threadId, graph_id: run.graphId }, "run created");
  return outcome.run;
}

/** Two requests with one key at the same time: the database takes one of them, and refuses the other, or finds it busy with the first. */
async function orSameRun(
  offered: Promise<OfferOutcome>,
  request: RunRequest,
  tools: ServerTools,
): Promise<OfferOutcome> {
  const outcome = await offered.catch((error: unknown) => ({ status: "failed", error }) as const);
  if (outcome.status === "accepted" || outcome.status === "thread-missing") return outcome;
  const run = await sameRun(request, tools);
  if (run !== undefined) return { status: "accepted", run, cancelling: [], cancelled: [] };
  if (outcome.status === "failed") throw outcome.error;
  return outcome;
}

/**
 * The run that the same request created before.
 *
 * @throws ServerError `key_reused` when it was another request that had this key.
 */
async function sameRun({ runId, fingerprint }: RunRequest, { backend }: ServerTools): Promise<RunRecord | undefined> {
  const existing = await backend.runs.get(runId);
  if (existing === undefined || existing.kwargs.fingerprint === fingerprint) return existing;
  throw new ServerError("key_reused", `The Idempotency-Key was used for another request, which created run ${runId}`);
}

/**
 * By assistant id, or by graph id for the graph's default assistant. Default assistants are for whoever may create runs; of the
 * others only those the caller may read.
 *
 * @throws ServerError `not_found`
 */
export async function findAssistant(
  id: string,
  caller: Caller,
  { backend, graphs }: ServerTools,
): Promise<AssistantRecord> {
  const assistantId = graphs.assistantId(id);
  const assistant = await backend.assistants.get(assistantId);
  const isDefault = assistant !== undefined && assistantId === graphs.assistantId(assistant.graphId);
  const asked = { assistant_id: assistantId };
  const isAsked = !isDefault && caller.decides("assistants:read");
  const access = isAsked ? (await caller.authorize("assistants:read", asked)).access : undefined;
  if (assistant === undefined || !passesAccess(assistant.metadata, access)) {
    const hint = "Make sure the assistant ID is for a valid assistant or a valid graph ID.";
    throw new ServerError("not_found", `No assistant found for "${id}". ${hint}`);
  }
  graphs.get(assistant.graphId);
  return assistant;
}

/** The run as the caller may create it: a handler may change its metadata and what it is asked to do. */
async function authorized(run: NewRun, { body, origin }: RunRequest): Promise<NewRun> {
  const { value, access } = await origin.caller.authorize("threads:create_run", {
    thread_id: run.threadId,
    assistant_id: run.assistantId,
    run_id: run.runId,
    status: "pending",
    metadata: run.runMetadata,
    prevent_insert_if_inflight: run.multitaskStrategy === "reject",
    multitask_strategy: run.multitaskStrategy,
    if_not_exists: body.if_not_exists ?? "reject",
    after_seconds: body.after_seconds ?? 0,
    kwargs: { ...run.kwargs, config: run.runConfig },
  });
  const { config, ...kwargs } = value.kwargs;
  const user = origin.caller.user?.identity;
  const { assistantConfig } = run;
  return {
    ...run,
    // Whose run it is, unless a configuration says otherwise.
    ...(user === undefined
      ? {}
      : { assistantConfig: mergeConfigs({ configurable: { user_id: user } }, assistantConfig) }),
    kwargs,
    runMetadata: value.metadata,
    runConfig: config,
    ...(access === undefined ? {} : { access }),
  };
}

function toNewRun(
  { body, threadId, runId, isStreamed, fingerprint }: RunRequest,
  assistant: AssistantRecord,
  threadTtl: ThreadTtl | undefined,
): NewRun {
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
    threadTtl,
  };
  if (fingerprint !== undefined) run.kwargs.fingerprint = fingerprint;
  if (!isStreamed) run.isAwaited = true;
  if (body.after_seconds) {
    run.notBefore = new Date(now + body.after_seconds * 1000).toISOString();
    run.kwargs.due_at = run.notBefore;
  }
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
    ...(body.strict_resume ? { strict_resume: true } : {}),
    ...(durability ? { durability } : {}),
  };
}

/** The run's config; its checkpoint, wherever it stands in the request, is part of `configurable`. */
function toRunConfig(body: RunCreate): Config {
  const { checkpoint, checkpoint_id, config, langsmith_tracer } = body;
  const configurable: Record<string, unknown> = { ...config?.configurable };
  if (checkpoint?.checkpoint_id) configurable.checkpoint_id = checkpoint.checkpoint_id;
  if (typeof checkpoint?.checkpoint_ns === "string") configurable.checkpoint_ns = checkpoint.checkpoint_ns;
  if (checkpoint?.checkpoint_map) configurable.checkpoint_map = checkpoint.checkpoint_map;
  if (checkpoint_id) configurable.checkpoint_id = checkpoint_id;
  if (langsmith_tracer?.project_name) configurable.langsmith_project = langsmith_tracer.project_name;
  if (langsmith_tracer?.example_id) configurable.langsmith_example_id = langsmith_tracer.example_id;
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
