import { type AgentStatus, type LifecycleEntry, LifecycleTracker } from "./lifecycle.ts";
import { isWithinNamespace } from "./namespace-path.ts";
import type { Namespace } from "./protocol-event.ts";
import { StreamChannel } from "./stream-channel.ts";
import type { NativeStreamTransformer, StreamEmitter } from "./stream-transformer.ts";

export interface LifecycleProjection {
  _lifecycleLog: StreamChannel<LifecycleEntry>;
  lifecycle: AsyncIterable<LifecycleEntry>;
}

export interface LifecycleTransformerOptions {
  /** `graph_name` of the root; "root" unless given. */
  rootGraphName?: string;
  /** How the root begins; "running" unless given. */
  initialStatus?: AgentStatus;
  /** False when somebody else tells the root's life; nested graphs are told all the same. */
  emitRootOnRegister?: boolean;
  getGraphName?: (namespace: Namespace) => string;
  /** Asked at the end: a status of its own wins. */
  getTerminalStatusOverride?: () => Promise<AgentStatus | undefined>;
  serializeError?: (error: unknown) => string;
}

/** Tells the life of a run and its nested graphs, as events and as a log. */
export function createLifecycleTransformer(
  options: LifecycleTransformerOptions = {},
): NativeStreamTransformer<LifecycleProjection> {
  const { rootGraphName = "root", emitRootOnRegister = true } = options;
  const tracker = new LifecycleTracker(rootGraphName, options);
  const log = StreamChannel.local<LifecycleEntry>();
  let emitter: StreamEmitter | undefined;
  const tell = (entries: LifecycleEntry[]) => {
    for (const entry of entries) {
      if (entry.namespace.length === 0 && !emitRootOnRegister) continue;
      log.push(entry);
      const { namespace, timestamp, ...data } = entry;
      emitter?.push(namespace, {
        type: "event",
        seq: 0,
        method: "lifecycle",
        params: { namespace, timestamp, data },
      });
    }
  };
  return {
    __native: true,
    init: () => ({ _lifecycleLog: log, lifecycle: filterLifecycleEntries(log, []) }),
    onRegister(given) {
      emitter = given;
      tell([tracker.begin()]);
    },
    process(event) {
      // Its own events come back to it.
      if (event.method === "lifecycle") return true;
      tell(tracker.before(event.params.namespace));
      tell(tracker.after(event));
      return true;
    },
    async finalize() {
      tell(tracker.end(await options.getTerminalStatusOverride?.()));
      log.close();
    },
    fail(error) {
      tell(tracker.fail(error));
      log.fail(error);
    },
  };
}

/** The entries of the graph at `path` and of those below it. */
export function filterLifecycleEntries(
  log: StreamChannel<LifecycleEntry>,
  path: Namespace,
  startAt = 0,
): AsyncIterable<LifecycleEntry> {
  async function* entries(): AsyncGenerator<LifecycleEntry> {
    for await (const entry of log.iterate(startAt)) if (isWithinNamespace(entry.namespace, path)) yield entry;
  }
  return { [Symbol.asyncIterator]: () => entries() };
}
