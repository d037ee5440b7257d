import { isAtNamespace } from "./namespace-path.ts";
import type { Namespace } from "./protocol-event.ts";
import { StreamChannel } from "./stream-channel.ts";
import type { StreamTransformer } from "./stream-transformer.ts";

export interface ValuesTransformerProjection {
  _valuesLog: StreamChannel<Record<string, unknown>>;
}

/** Keeps each state of the graph at exactly `path`. */
export function createValuesTransformer(path: Namespace): StreamTransformer<ValuesTransformerProjection> {
  const states = StreamChannel.local<Record<string, unknown>>();
  return {
    init: () => ({ _valuesLog: states }),
    process({ method, params }) {
      if (method === "values" && isAtNamespace(params.namespace, path))
        states.push(params.data as Record<string, unknown>);
      return true;
    },
    finalize: () => states.close(),
    fail: (error) => states.fail(error),
  };
}
