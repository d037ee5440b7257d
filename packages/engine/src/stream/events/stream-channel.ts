const BRAND = Symbol.for("langgraph.stream_channel");

export interface StreamChannelEventStreamOptions<T> {
  /** Name of the server-sent events. */
  event?: string;
  startAt?: number;
  serialize?: (item: T) => string;
}

/** A log that many readers follow, each from where it likes, to the end. A local one stays in this process. */
export class StreamChannel<T> implements AsyncIterable<T> {
  readonly [BRAND] = true;
  readonly channelName?: string;
  readonly #items: T[] = [];
  #end: { error?: unknown } | undefined;
  #waiting: (() => void)[] = [];
  #onPush: ((item: T) => void) | undefined;

  constructor(name?: string) {
    if (name !== undefined) this.channelName = name;
  }

  static local<T>(): StreamChannel<T> {
    return new StreamChannel<T>();
  }

  /** Its items become events `custom:<name>`. */
  static remote<T>(name: string): StreamChannel<T> {
    return new StreamChannel<T>(name);
  }

  static isInstance(value: unknown): value is StreamChannel<unknown> {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  push(item: T): void {
    if (this.#end !== undefined) return;
    this.#items.push(item);
    this.#onPush?.(item);
    this.#wake();
  }

  async *iterate(startAt = 0): AsyncGenerator<T> {
    for (let index = startAt; ; index++) {
      while (index >= this.#items.length) {
        if (this.#end !== undefined) {
          if ("error" in this.#end) throw this.#end.error;
          return;
        }
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      yield this.#items[index] as T;
    }
  }

  toAsyncIterable(startAt = 0): AsyncIterable<T> {
    return { [Symbol.asyncIterator]: () => this.iterate(startAt) };
  }

  toEventStream({
    event,
    startAt,
    serialize = JSON.stringify,
  }: StreamChannelEventStreamOptions<T> = {}): ReadableStream<Uint8Array> {
    const items = this.iterate(startAt);
    const encoder = new TextEncoder();
    const head = event === undefined ? "" : `event: ${event}\n`;
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await items.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(`${head}data: ${serialize(value)}\n\n`));
      },
    });
  }

  get(index: number): T {
    return this.#items[index] as T;
  }

  get size(): number {
    return this.#items.length;
  }

  get done(): boolean {
    return this.#end !== undefined;
  }

  close(): void {
    this.#end ??= {};
    this.#wake();
  }

  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  /** @internal Calls `fn` with every item pushed from now on. */
  _wire(fn: (item: T) => void): void {
    this.#onPush = fn;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.iterate();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

export function isStreamChannel(value: unknown): value is StreamChannel<unknown> {
  return StreamChannel.isInstance(value);
}
