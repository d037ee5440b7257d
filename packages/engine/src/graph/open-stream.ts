import type { IterableReadableStream } from "@langchain/core/utils/stream";
import { execute } from "../loop/execute.ts";
import type { GraphDefinition } from "../loop/graph-definition.ts";
import type { GraphCall } from "../loop/open-run.ts";
import type { RunOptions } from "../loop/run-options.ts";
import type { FullConfig } from "../runtime/merge-config.ts";
import { RunAbort } from "../runtime/run-abort.ts";
import type { ChunkReceiver } from "../runtime/task-context.ts";
import { ChunkForwarder, type ReceiveChunk } from "../stream/chunk-forwarder.ts";
import { ChunkQueue } from "../stream/chunk-queue.ts";
import { encodeEvent } from "../stream/encode-event.ts";
import { GraphStream } from "../stream/graph-stream.ts";
import type { StreamMode } from "../stream/stream-mode.ts";

export interface StreamCall {
  config: FullConfig & RunOptions;
  streamMode: StreamMode | StreamMode[];
  subgraphs: boolean;
  encoding: "text/event-stream" | undefined;
  outputKeys: string | readonly string[];
  /** Length of the namespace of the called graph; chunks of nested ones are longer. */
  depth: number;
}

/** Starts a run and returns its stream, once there is a first chunk to read. A run that fails before rejects here. */
export async function openStream<T>(
  graph: GraphDefinition,
  input: unknown,
  call: StreamCall,
): Promise<IterableReadableStream<T>> {
  const abort = new RunAbort();
  const queue = new ChunkQueue({
    ...chosenChunks(call),
    wrap: (namespace, mode, chunk) => envelope(call, namespace, mode, chunk),
    onCancel: () => abort.abort(new Error("Abort")),
  });
  execute(graph, toGraphCall(call, input, queue), abort).then(
    () => queue.close(),
    (error: unknown) => {
      // A stream of bytes tells its reader of a failure in its own words.
      if (call.encoding === undefined) return queue.fail(error);
      queue.pushError(error);
      queue.close();
    },
  );
  await queue.ready();
  return new GraphStream<T>(queue);
}

/**
 * Runs a graph and hands over each chunk in the moment it is made. Resolves when the run has ended; a receiver that throws
 * ends it with its error.
 */
export async function streamTo(
  graph: GraphDefinition,
  input: unknown,
  call: StreamCall,
  receive: ReceiveChunk,
): Promise<void> {
  const abort = new RunAbort();
  const forwarder = new ChunkForwarder({ ...chosenChunks(call), receive, onError: (error) => abort.abort(error) });
  try {
    await execute(graph, toGraphCall(call, input, forwarder), abort);
  } finally {
    forwarder.close();
  }
}

function chosenChunks({ streamMode, subgraphs, depth }: StreamCall): { modes: Set<StreamMode>; maxDepth: number } {
  const modes = new Set(Array.isArray(streamMode) ? streamMode : [streamMode]);
  return { modes, maxDepth: subgraphs ? Number.POSITIVE_INFINITY : depth };
}

function toGraphCall(call: StreamCall, input: unknown, receiver: ChunkReceiver): GraphCall {
  const { config, outputKeys, subgraphs } = call;
  return { config, input, outputKeys, receiver, includesNested: subgraphs };
}

function envelope(call: StreamCall, namespace: readonly string[], mode: StreamMode, chunk: unknown): unknown {
  if (call.encoding !== undefined) return encodeEvent(namespace, mode, chunk);
  if (Array.isArray(call.streamMode)) return call.subgraphs ? [[...namespace], mode, chunk] : [mode, chunk];
  return call.subgraphs ? [[...namespace], chunk] : chunk;
}
