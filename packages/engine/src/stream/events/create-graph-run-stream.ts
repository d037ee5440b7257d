import type { ChunkReceiver } from "../../runtime/task-context.ts";
import { ProtocolEventLog } from "./event-log.ts";
import { GraphRunStream } from "./graph-run-stream.ts";
import { isNativeTransformer, type StreamTransformer } from "./stream-transformer.ts";

/** A chunk of a stream with namespaces and modes. */
export type RunStreamChunk = readonly [namespace: string[], mode: string, payload: unknown, ...rest: unknown[]];

export interface CreateGraphRunStreamOptions {
  abortController?: AbortController;
}

type Projection<T> = T extends () => StreamTransformer<infer P> ? P : never;

type Joined<U> = (U extends unknown ? (projection: U) => void : never) extends (all: infer All) => void ? All : never;

/** What the transformers of a run add to its `extensions`. */
export type InferExtensions<T extends readonly (() => StreamTransformer)[]> = T extends readonly []
  ? Record<string, unknown>
  : Joined<Projection<T[number]>> & Record<string, unknown>;

/**
 * Reads chunks of a graph that runs elsewhere as one run: its events, states, messages and nested graphs.
 *
 * @example const run = createGraphRunStream(await graph.stream(input, { streamMode: ["values", "tasks"], subgraphs: true }))
 */
export function createGraphRunStream<
  TValues = Record<string, unknown>,
  const TTransformers extends readonly (() => StreamTransformer)[] = [],
>(
  source: AsyncIterable<RunStreamChunk>,
  transformers?: TTransformers,
  options: CreateGraphRunStreamOptions | AbortController = {},
): GraphRunStream<TValues, InferExtensions<TTransformers>> {
  const controller = options instanceof AbortController ? options : (options.abortController ?? new AbortController());
  const log = new ProtocolEventLog("root");
  const extensions = registerTransformers(log, transformers ?? []);
  pump(source, log)
    .then(() => log.close())
    .catch((error: unknown) => log.fail(error));
  return new GraphRunStream([], log, controller, extensions as InferExtensions<TTransformers>);
}

/** Adds transformers to a run in their order; their projections together are its extensions. */
export function registerTransformers(
  log: ProtocolEventLog,
  transformers: readonly (() => StreamTransformer)[],
): Record<string, unknown> {
  const extensions: Record<string, unknown> = {};
  for (const make of transformers) {
    const transformer = make();
    const projection = log.register(transformer);
    if (!isNativeTransformer(transformer)) Object.assign(extensions, projection);
  }
  return extensions;
}

async function pump(source: AsyncIterable<RunStreamChunk>, receiver: ChunkReceiver): Promise<void> {
  for await (const [namespace, mode, payload] of source) receiver.push(namespace, mode, payload);
}
