import type { BaseCache, Checkpointer, Store } from "@heddle/checkpoint";
import type { StreamTransformer } from "../stream/events/stream-transformer.ts";

/** What a graph is compiled with. */
export interface CompileOptions<N extends string = string> {
  checkpointer?: Checkpointer | boolean;
  store?: Store;
  cache?: BaseCache;
  interruptBefore?: N[] | "*";
  interruptAfter?: N[] | "*";
  name?: string;
  description?: string;
  transformers?: readonly (() => StreamTransformer)[];
}
