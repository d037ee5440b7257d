/** Thrown by a handler, this is the answer to the request: its status, its headers, its message as the body's. */
export class HTTPException extends Error {
  readonly status: number;
  readonly headers: HeadersInit;

  /** @param status 401 unless given */
  constructor(status = 401, options: { message?: string; headers?: HeadersInit; cause?: unknown } = {}) {
    super(options.message ?? "", options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HTTPException";
    this.status = status;
    this.headers = options.headers ?? {};
  }
}
