import { LineSplitter } from "./line-splitter.ts";

/** An event as it came. `id` is the last one seen, of this event or one before it; absent until there was one. */
export interface DecodedEvent {
  id?: string;
  event: string;
  data: unknown;
}

/**
 * Bytes of an event stream → its events. Data is JSON; its lines are joined; an event without data has null. Comments (lines that
 * begin with a colon, heartbeats) go to `onComment`. The last event counts even when the blank line after it is missing.
 */
export async function* decodeEvents(
  bytes: AsyncIterable<Uint8Array>,
  onComment?: () => void,
): AsyncGenerator<DecodedEvent, void, undefined> {
  const text = new TextDecoder();
  const lines = new LineSplitter();
  const block = new EventBlock(onComment);
  for await (const chunk of bytes) {
    yield* block.take(lines.push(text.decode(chunk, { stream: true })));
  }
  yield* block.take([...lines.push(text.decode()), ...lines.flush(), ""]);
}

/** Gathers lines until a blank one ends the event. */
class EventBlock {
  readonly #onComment: (() => void) | undefined;
  #id: string | undefined;
  #event = "";
  #data: string[] = [];

  constructor(onComment: (() => void) | undefined) {
    this.#onComment = onComment;
  }

  *take(lines: readonly string[]): Generator<DecodedEvent, void, undefined> {
    for (const line of lines) {
      if (line !== "") this.#field(line);
      // A block of nothing but an id or comments is no event.
      else if (this.#event !== "" || this.#data.length > 0) yield this.#finish();
    }
  }

  #field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) this.#onComment?.();
    if (colon <= 0) return;
    const value = line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    const name = line.slice(0, colon);
    if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "id" && !value.includes("\0")) this.#id = value;
  }

  #finish(): DecodedEvent {
    const event = this.#event;
    const data = parseData(event, this.#data.join(""));
    this.#event = "";
    this.#data = [];
    return this.#id === undefined ? { event, data } : { id: this.#id, event, data };
  }
}

function parseData(event: string, data: string): unknown {
  if (data === "") return null;
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new Error(`The data of the event "${event}" is not JSON: ${data.slice(0, 200)}`, { cause });
  }
}
