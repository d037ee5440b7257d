import { execute } from "../loop/execute.ts";
import type { GraphDefinition } from "../loop/graph-definition.ts";
import type { RunOptions } from "../loop/run-options.ts";
import type { FullConfig } from "../runtime/merge-config.ts";
import { registerTransformers } from "../stream/events/create-graph-run-stream.ts";
import { ProtocolEventLog } from "../stream/events/event-log.ts";
import { GraphRunStream } from "../stream/events/graph-run-stream.ts";
import type { StreamTransformer } from "../stream/events/stream-transformer.ts";

export interface EventStreamCall {
  config: FullConfig & RunOptions;
  outputKeys: string | readonly string[];
  transformers: readonly (() => StreamTransformer)[];
}

/** Starts a run and returns it as a stream of protocol events. `abort()` on it stops the run. */
export function openEventStream<TValues>(
  graph: GraphDefinition,
  input: unknown,
  call: EventStreamCall,
): GraphRunStream<TValues> {
  const controller = new AbortController();
  const log = new ProtocolEventLog("root");
  const extensions = registerTransformers(log, call.transformers);
  const { signal } = call.config;
  const config = {
    ...call.config,
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
  };
  execute(graph, { config, input, outputKeys: call.outputKeys, receiver: log, includesNested: true })
    .then(() => log.close())
    .catch((error: unknown) => log.fail(error));
  return new GraphRunStream<TValues>([], log, controller, extensions);
}
