import type { BaseCache, Checkpointer, Store } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { BaseChannel } from "../channels/channel.ts";
import type { AnyRecord } from "../runtime/any-record.ts";
import type { RunControl } from "../runtime/run-control.ts";
import type { Durability } from "../runtime/task-context.ts";
import type { RetryPolicy } from "../step/node-policy.ts";
import type { PregelNode } from "../step/pregel-node.ts";
import type { StreamTransformer } from "../stream/events/stream-transformer.ts";
import type { StreamMode } from "../stream/stream-mode.ts";

/** Options of a call, beside those of core. */
export interface PregelOptions<
  ContextType extends AnyRecord = AnyRecord,
  TStreamMode extends StreamMode | StreamMode[] | undefined = StreamMode | StreamMode[] | undefined,
  TSubgraphs extends boolean = boolean,
  TEncoding extends "text/event-stream" | undefined = "text/event-stream" | undefined,
> extends RunnableConfig {
  streamMode?: TStreamMode;
  inputKeys?: string | string[];
  outputKeys?: string | string[];
  interruptBefore?: "*" | string[];
  interruptAfter?: "*" | string[];
  debug?: boolean;
  /** Streams the chunks of nested graphs too, with their namespaces. */
  subgraphs?: TSubgraphs;
  /** Deprecated: use `durability`. */
  checkpointDuring?: boolean;
  durability?: Durability;
  store?: Store;
  cache?: BaseCache;
  context?: ContextType;
  control?: RunControl;
  encoding?: TEncoding;
  /** For `withConfig`: added to the graph's own. */
  streamTransformers?: readonly (() => StreamTransformer)[];
}

/** What a low-level graph takes, and gives: only its channels know. */
// biome-ignore lint/suspicious/noExplicitAny: upstream's names for this `any`
export type PregelInputType = any;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type PregelOutputType = any;

/** What a graph is made of. */
export interface PregelParams {
  name?: string | undefined;
  nodes: Record<string, PregelNode>;
  channels: Record<string, BaseChannel>;
  autoValidate?: boolean | undefined;
  streamMode?: StreamMode | StreamMode[] | undefined;
  inputChannels: string | string[];
  outputChannels: string | string[];
  interruptAfter?: string[] | "*" | undefined;
  interruptBefore?: string[] | "*" | undefined;
  streamChannels?: string | string[] | undefined;
  /** Milliseconds for one superstep. */
  stepTimeout?: number | undefined;
  debug?: boolean | undefined;
  checkpointer?: Checkpointer | boolean | undefined;
  retryPolicy?: RetryPolicy | undefined;
  config?: RunnableConfig | undefined;
  store?: Store | undefined;
  cache?: BaseCache | undefined;
  /** Watch every run that is read as protocol events, before those of the call. */
  streamTransformers?: readonly (() => StreamTransformer)[] | undefined;
}
