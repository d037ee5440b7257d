import type { Namespace, ProtocolEvent } from "./protocol-event.ts";

export interface StreamEmitter {
  push(namespace: Namespace, event: ProtocolEvent): void;
}

/** Watches the events of a run, and makes something of its own of them: its projection. */
export interface StreamTransformer<TProjection = unknown> {
  /** The projection: merged into the stream's `extensions`. */
  init(): TProjection;
  onRegister?(emitter: StreamEmitter): void;
  /** False drops the event. */
  process(event: ProtocolEvent): boolean;
  finalize?(): void | PromiseLike<void>;
  fail?(error: unknown): void;
}

/** A transformer whose projection belongs to the stream itself, not to its extensions. */
export interface NativeStreamTransformer<TProjection = unknown> extends StreamTransformer<TProjection> {
  readonly __native: true;
}

export function isNativeTransformer(transformer: StreamTransformer): transformer is NativeStreamTransformer {
  return "__native" in transformer && transformer.__native === true;
}
