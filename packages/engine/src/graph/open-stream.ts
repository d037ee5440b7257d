import type { IterableReadableStream } from "@langchain/core/utils/stream";
import { execute } from "../loop/execute.ts";
import type { GraphDefinition } from "../loop/graph-definition.ts";
import type { RunOptions } from "../loop/run-options.ts";
import type { FullConfig } from "../runtime/merge-config.ts";
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
  const { streamMode, subgraphs, depth } = call;
  const modes = new Set(Array.isArray(streamMode) ? streamMode : [streamMode]);
  const controller = new AbortController();
  const queue = new ChunkQueue({
    modes,
    maxDepth: subgraphs ? Number.POSITIVE_INFINITY : depth,
    wrap: (namespace, mode, chunk) => envelope(call, namespace, mode, chunk),
    onCancel: () => controller.abort(new Error("Abort")),
  });
  const { signal } = call.config;
  const config = {
    ...call.config,
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
  };
  execute(graph, { config, input, outputKeys: call.outputKeys, receiver: queue, includesNested: subgraphs }).then(
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

function envelope(call: StreamCall, namespace: readonly string[], mode: StreamMode, chunk: unknown): unknown {
  if (call.encoding !== undefined) return encodeEvent(namespace, mode, chunk);
  if (Array.isArray(call.streamMode)) return call.subgraphs ? [[...namespace], mode, chunk] : [mode, chunk];
  return call.subgraphs ? [[...namespace], chunk] : chunk;
}
