import { encode } from "./json-plus-encode.ts";
import { type MessageClasses, revive } from "./json-plus-revive.ts";
import type { Serializer } from "./serializer.ts";

/** The asynchronous serializer contract of `@langchain/langgraph-checkpoint`. */
export interface SerializerProtocol {
  dumpsTyped(data: unknown): Promise<[type: string, data: Uint8Array]>;
  // biome-ignore lint/suspicious/noExplicitAny: upstream's savers use the result untyped
  loadsTyped(type: string, data: Uint8Array | string): Promise<any>;
}

/** The serializer under the asynchronous contract, if it keeps that one as well. */
export function asProtocol(serializer: object): SerializerProtocol | undefined {
  return "dumpsTyped" in serializer && "loadsTyped" in serializer ? (serializer as SerializerProtocol) : undefined;
}

export interface JsonPlusSerializerOptions {
  /**
   * Message class name → class. This package has no dependency on core, so whoever owns the classes gives them.
   * A stored message without a class is revived to a plain dict like `{type: "human", content: "hi", …}`.
   */
  messageClasses?: MessageClasses;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** JSON with tags, readable by upstream's serializer of the same name and reading what that one wrote. */
export class JsonPlusSerializer implements Serializer, SerializerProtocol {
  readonly #messageClasses: MessageClasses;

  constructor(options: JsonPlusSerializerOptions = {}) {
    this.#messageClasses = options.messageClasses ?? {};
  }

  stringify(value: unknown): string {
    // `encode` yields undefined for functions and symbols; they have no stored form.
    return JSON.stringify(encode(value)) ?? "null";
  }

  parse(text: string): unknown {
    const value: unknown = JSON.parse(text);
    return text.includes('"lc":') ? revive(value, this.#messageClasses) : value;
  }

  async dumpsTyped(data: unknown): Promise<[string, Uint8Array]> {
    if (data instanceof Uint8Array) return ["bytes", data];
    return ["json", encoder.encode(this.stringify(data))];
  }

  // biome-ignore lint/suspicious/noExplicitAny: the contract of `SerializerProtocol`
  async loadsTyped(type: string, data: Uint8Array | string): Promise<any> {
    if (type === "bytes") return typeof data === "string" ? encoder.encode(data) : data;
    if (type !== "json") throw new Error(`Unknown serialization type "${type}"; expected "json" or "bytes".`);
    return this.parse(typeof data === "string" ? data : decoder.decode(data));
  }
}
