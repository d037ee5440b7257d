import { isChildNamespace } from "./namespace-path.ts";
import type { Namespace, ProtocolEvent } from "./protocol-event.ts";
import type { StreamChannel } from "./stream-channel.ts";
import type { NativeStreamTransformer } from "./stream-transformer.ts";
import { unboxed } from "./unboxed.ts";

/** A nested graph that has begun, and the stream made for it. */
export interface SubgraphDiscovery<TStream = unknown> {
  ns: Namespace;
  stream: TStream;
}

/** Where discoveries go: the logs of a run, and its register of streams. */
export interface DiscoveryMux<TStream> {
  readonly _events: StreamChannel<ProtocolEvent>;
  readonly _discoveries: StreamChannel<SubgraphDiscovery<TStream>>;
  register(path: Namespace, stream: TStream): void;
}

export interface SubgraphDiscoveryProjection<TStream = unknown> {
  _discoveries: StreamChannel<SubgraphDiscovery<TStream>>;
  subgraphs: AsyncIterable<TStream>;
}

export interface SubgraphDiscoveryTransformerOptions<TStream = unknown> {
  /** Called once per nested graph, with the sizes of the logs: a stream begins where its graph was first seen. */
  createStream: (path: Namespace, discoveryStart: number, eventStart: number) => TStream;
}

/** Makes a stream for every nested graph, outermost first, when the first event of it arrives. */
export function createSubgraphDiscoveryTransformer<TStream>(
  mux: DiscoveryMux<TStream>,
  options: SubgraphDiscoveryTransformerOptions<TStream>,
): NativeStreamTransformer<SubgraphDiscoveryProjection<TStream>> {
  const known = new Set<string>();
  const discover = (ns: Namespace) => {
    const key = ns.join("|");
    if (known.has(key)) return;
    known.add(key);
    const stream = options.createStream(ns, mux._discoveries.size, mux._events.size);
    mux.register(ns, stream);
    mux._discoveries.push({ ns, stream });
  };
  return {
    __native: true,
    init: () => ({ _discoveries: mux._discoveries, subgraphs: filterSubgraphHandles(mux._discoveries, []) }),
    process({ method, params: { namespace } }) {
      // A message belongs to its task, which need not be a graph.
      const depth = method === "messages" ? namespace.length - 1 : namespace.length;
      for (let end = 1; end <= depth; end++) discover(namespace.slice(0, end));
      return true;
    },
  };
}

/** The streams of the graphs directly below `path`. */
export function filterSubgraphHandles<TStream>(
  log: StreamChannel<SubgraphDiscovery<TStream>>,
  path: Namespace,
  startAt = 0,
): AsyncIterable<TStream> {
  async function* children(): AsyncGenerator<[TStream]> {
    for await (const { ns, stream } of log.iterate(startAt)) if (isChildNamespace(ns, path)) yield [stream];
  }
  return { [Symbol.asyncIterator]: () => unboxed(children()) };
}
