import { ConnectionError } from "../transport/connection-error.ts";

/**
 * The bytes of a body. A connection that breaks throws `ConnectionError`, to be told from everything else that may fail while
 * events are read: only then reading on over another connection makes sense. Whoever stops early closes the connection.
 */
export class BodyReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #broken: ConnectionError | undefined;

  constructor(response: Response) {
    this.#reader = response.body?.getReader();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const next = await this.#read();
        if (next === undefined) return;
        yield next;
      }
    } finally {
      this.#cancel();
    }
  }

  /** Ends the connection; whoever reads gets this error. */
  breakOff(error: ConnectionError): void {
    this.#broken = error;
    this.#cancel();
  }

  async #read(): Promise<Uint8Array | undefined> {
    const next = await this.#reader?.read().catch((cause: unknown) => {
      throw new ConnectionError("The connection broke while events were read.", { cause });
    });
    if (this.#broken !== undefined) throw this.#broken;
    return next?.value;
  }

  /** Without effect once the body has ended or failed. */
  #cancel(): void {
    this.#reader?.cancel().catch(() => undefined);
  }
}
