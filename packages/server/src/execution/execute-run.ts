import type { RunRecord } from "@heddle/backend";
import type { BaseStore, CheckpointStorage } from "@heddle/checkpoint";
import type { ErrorEvent, Interrupt } from "@heddle/protocol";
import { toError } from "../errors.ts";
import type { Publisher } from "../events/publish.ts";
import { toGraphInput } from "../graphs/graph-input.ts";
import type { LoadedGraph } from "../graphs/load-graph.ts";
import type { GraphConfig, GraphEvent, RunnableGraph } from "../graphs/runnable-graph.ts";
import { interruptsByTask } from "../graphs/thread-state.ts";
import { toJson, toJsonText } from "../graphs/to-json.ts";
import type { RunWatch } from "../metrics/run-watch.ts";
import { firstWaking } from "./first-waking.ts";
import { type GraphChunk, readChunk } from "./graph-chunk.ts";
import { runCheckpointer } from "./run-checkpointer.ts";
import { runMetadata, toEngineModes, toGraphConfig } from "./run-config.ts";
import { createRunEvents } from "./run-events.ts";
import { unknownAnswer } from "./strict-resume.ts";

export interface Execution {
  run: RunRecord;
  graph: LoadedGraph;
  /** Of the thread; undefined for a temporary run, which leaves nothing. */
  checkpointer: CheckpointStorage | undefined;
  store: BaseStore;
  publisher: Publisher;
  signal: AbortSignal;
  /** LangChain callbacks that follow the graph. */
  callbacks: object | undefined;
  /** Is told how the run goes. */
  watch: RunWatch;
  /** The engine's drain handle of this run. */
  control: unknown;
}

/** What came of executing a run; `drained` ones are handed back, and whoever takes them up goes on from the last checkpoint. */
export type ExecutionOutcome = {
  /** JSON text of the state values, and of what `wait` answers: the same, for a paused run with `__interrupt__`. */
  valuesJson: string | undefined;
  answerJson: string | undefined;
} & (
  | { status: "success" }
  | { status: "interrupted"; interrupts: Record<string, Interrupt[]> }
  | { status: "error"; error: ErrorEvent }
  /** It was not begun, because it answers a question nobody asked; those that wait go on waiting. */
  | { status: "refused"; error: ErrorEvent; interrupts: Record<string, Interrupt[]> }
  | { status: "drained" }
  | { status: "aborted" }
);

/** Executes one run to its end, its pause or its failure, and says its events. Never rejects for what the graph does. */
export async function executeRun(execution: Execution): Promise<ExecutionOutcome> {
  const { run, publisher, signal } = execution;
  if (publisher.isHeard()) publisher.publish("metadata", JSON.stringify({ run_id: run.runId, attempt: run.attempt }));
  const progress: Progress = { values: undefined, interrupts: undefined };
  try {
    const config = toConfig(execution);
    const graph = execution.graph.graph ?? (await execution.graph.resolve(config));
    const unbegun = hasCondition(run) ? await endUnbegun(graph, config, execution) : undefined;
    if (unbegun !== undefined) return { ...unbegun, ...textsOf(progress) };
    const input = run.attempt > 1 ? await inputToGoOn(execution) : toGraphInput(run.kwargs, execution.graph);
    const say = sayer(execution);
    await follow(graph, { input, config, execution }, (chunk) => {
      say(chunk);
      note(chunk, progress, execution.watch);
    });
    if (signal.aborted) return { status: "aborted", ...textsOf(progress) };
    if (progress.interrupts === undefined) return { status: "success", ...textsOf(progress) };
    const interrupts = await openInterrupts(graph, config, execution);
    return { status: "interrupted", interrupts, ...textsOf(progress) };
  } catch (thrown) {
    if (signal.aborted) return { status: "aborted", ...textsOf(progress) };
    const error = toError(thrown);
    if (HANDED_BACK.has(error.name)) return { status: "drained", ...textsOf(progress) };
    return { status: "error", error: { error: error.name, message: error.message }, ...textsOf(progress) };
  }
}

/** The graph was asked to stop, or the database is away: neither is a failure of the graph. */
const HANDED_BACK: ReadonlySet<string> = new Set(["GraphDrained", "DatabaseUnavailableError"]);

/** What the run has left so far: the last values of the root graph, and the questions it stopped for. */
interface Progress {
  values: Record<string, unknown> | undefined;
  interrupts: unknown[] | undefined;
}

function note({ namespace, mode, data }: GraphChunk, progress: Progress, watch: RunWatch): void {
  watch.heard();
  if (mode !== "values" || namespace.length > 0) return;
  watch.stepped();
  const values = data as Record<string, unknown> | undefined;
  if (typeof values !== "object" || values === null || !("__interrupt__" in values)) {
    progress.values = values;
    return;
  }
  progress.interrupts = [...(progress.interrupts ?? []), ...(values.__interrupt__ as unknown[])];
}

function textsOf({ values, interrupts }: Progress): { valuesJson: string | undefined; answerJson: string | undefined } {
  const valuesJson = values === undefined ? undefined : toJsonText(values);
  if (interrupts === undefined) return { valuesJson, answerJson: valuesJson };
  return { valuesJson, answerJson: toJsonText({ ...values, __interrupt__: interrupts }) };
}

function toConfig({ run, checkpointer, store, signal, control, callbacks }: Execution): GraphConfig {
  const config = toGraphConfig(run);
  config.store = store;
  config.signal = signal;
  if (callbacks !== undefined) config.callbacks = [callbacks];
  if (control !== undefined) config.control = control;
  if (checkpointer !== undefined && config.configurable !== undefined) {
    config.configurable.__pregel_checkpointer = runCheckpointer(checkpointer, {
      metadata: runMetadata(run),
      origin: Object.keys(run.kwargs.origin ?? {}),
      signal,
    });
  }
  return config;
}

/** Whether the run is to begin only if something waits for it. A run that is taken up again has begun. */
function hasCondition({ kwargs, attempt }: RunRecord): boolean {
  const isStrict = kwargs.strict_resume === true && kwargs.command?.resume !== undefined;
  return attempt === 1 && (isStrict || kwargs.is_waking === true);
}

async function endUnbegun(graph: RunnableGraph, config: GraphConfig, execution: Execution) {
  const { kwargs } = execution.run;
  const answer = kwargs.strict_resume ? kwargs.command?.resume : undefined;
  const interrupts = await openInterrupts(graph, config, execution);
  const error = answer === undefined ? undefined : unknownAnswer(answer, interrupts);
  if (error !== undefined) return { status: "refused" as const, error, interrupts };
  return kwargs.is_waking ? nothingToWake(interrupts) : undefined;
}

/** How a run ends that was to wake a sleeper of its thread, when none is due: the thread went another way meanwhile. */
function nothingToWake(interrupts: Record<string, Interrupt[]>) {
  const wakeAt = firstWaking(interrupts);
  if (wakeAt !== undefined && wakeAt <= Date.now()) return undefined;
  return Object.keys(interrupts).length === 0
    ? { status: "success" as const }
    : { status: "interrupted" as const, interrupts };
}

/**
 * A run that is taken up again after its worker died goes on from the checkpoint it made last; if it made none, it begins with
 * its input.
 */
async function inputToGoOn({ run, graph, checkpointer }: Execution): Promise<unknown> {
  const latest = await checkpointer?.getTuple({ configurable: { thread_id: run.threadId, checkpoint_ns: "" } });
  return latest?.metadata?.run_id === run.runId ? null : toGraphInput(run.kwargs, graph);
}

/** Says the events which the client asked for. Where nobody hears them they are not made, if they leave nothing to be told later. */
function sayer({ run, publisher }: Execution): (chunk: GraphChunk) => void {
  const { stream_mode } = run.kwargs;
  const toEvents = createRunEvents(stream_mode);
  const remembers = stream_mode.includes("messages");
  return (chunk) => {
    if (!remembers && !publisher.isHeard()) return;
    for (const { event, data } of toEvents(chunk)) publisher.publish(event, JSON.stringify(data) ?? "null");
  };
}

interface GraphCall {
  input: unknown;
  config: GraphConfig;
  execution: Execution;
}

/** Runs the graph and hands on the chunks of it, until it has ended. */
function follow(graph: RunnableGraph, call: GraphCall, receive: (chunk: GraphChunk) => void): Promise<void> {
  const { stream_mode, subgraphs } = call.execution.run.kwargs;
  const config = { ...call.config, streamMode: toEngineModes(stream_mode, subgraphs) };
  if (stream_mode.includes("events") || graph.streamTo === undefined)
    return followStream(graph, { ...call, config }, receive);
  return graph.streamTo(call.input, config, (namespace, mode, data) => receive({ namespace, mode, data }));
}

async function followStream(
  graph: RunnableGraph,
  { input, config, execution }: GraphCall,
  receive: (chunk: GraphChunk) => void,
): Promise<void> {
  const { stream_mode, subgraphs } = execution.run.kwargs;
  const chunks = stream_mode.includes("events")
    ? chunksOfEvents(graph, input, config, execution)
    : await graph.stream(input, config);
  for await (const chunk of chunks) receive(readChunk(chunk, subgraphs));
}

/** Says the events of the Runnable protocol; the chunks of the root run, which stand among them, are handed on. */
async function* chunksOfEvents(
  graph: RunnableGraph,
  input: unknown,
  config: GraphConfig,
  { run, publisher }: Execution,
): AsyncGenerator<unknown> {
  for await (const event of graph.streamEvents(input, { ...config, version: "v2" })) {
    if (event.tags?.includes("langsmith:hidden")) continue;
    if (event.event === "on_chain_stream" && event.run_id === run.runId) yield event.data.chunk;
    else if (publisher.isHeard()) publisher.publish("events", JSON.stringify(toJson(withoutConfig(event))));
  }
}

function withoutConfig(event: GraphEvent): GraphEvent {
  const { config: _, ...data } = event.data;
  return { ...event, data };
}

async function openInterrupts(
  graph: RunnableGraph,
  config: GraphConfig,
  { checkpointer }: Execution,
): Promise<Record<string, Interrupt[]>> {
  if (checkpointer === undefined) return {};
  const { checkpoint_id: _, checkpoint_map: __, ...configurable } = config.configurable ?? {};
  return interruptsByTask(await graph.getState({ ...config, configurable }));
}
