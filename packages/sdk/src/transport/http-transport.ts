import { getApiKey } from "../api-key.ts";
import { type ClientConfig, DEFAULT_API_URL } from "../client-config.ts";
import { HTTPError } from "../http-error.ts";
import { ConnectionError } from "./connection-error.ts";
import { readJson } from "./read-json.ts";
import type { Request } from "./request.ts";
import { requestUrl } from "./request-url.ts";
import { retryDelayMs } from "./retry-policy.ts";
import { type Sleep, sleep } from "./sleep.ts";

const MAX_RETRIES = 4;

/** Sends requests to one server: URL, headers, key, time limit, tries. */
export class HttpTransport {
  readonly apiUrl: string;
  /** Waits between tries. */
  readonly pause: Sleep;
  readonly #options: ClientConfig;
  readonly #headers: Headers;

  constructor(options: ClientConfig = {}, pause: Sleep = sleep) {
    this.apiUrl = (options.apiUrl ?? DEFAULT_API_URL).replace(/\/+$/, "");
    this.#options = options;
    this.pause = pause;
    this.#headers = new Headers();
    for (const [name, value] of Object.entries(options.defaultHeaders ?? {})) {
      if (value !== null && value !== undefined) this.#headers.set(name, value);
    }
    const apiKey = getApiKey(options.apiKey);
    if (apiKey !== undefined) this.#headers.set("x-api-key", apiKey);
  }

  /** The answer as JSON; undefined where the server sends none. */
  async json<T>(request: Request): Promise<T> {
    return readJson<T>(await this.send(request));
  }

  /** An answer of 2xx, its body unread. Throws `HTTPError`, `ConnectionError`, or the reason of the signal. */
  async send(request: Request): Promise<Response> {
    const maxRetries = request.maxRetries ?? this.#options.callerOptions?.maxRetries ?? MAX_RETRIES;
    const method = request.method ?? "GET";
    const isRepeatable = request.isRepeatable ?? (method !== "POST" && method !== "PATCH");
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#sendOnce(method, request);
      } catch (error) {
        const failed = { error, attempt, isRepeatable, random: Math.random(), now: new Date() };
        const delayMs = attempt <= maxRetries ? retryDelayMs(failed) : undefined;
        if (delayMs === undefined) throw error;
        await this.pause(delayMs, request.signal);
      }
    }
  }

  async #sendOnce(method: string, request: Request): Promise<Response> {
    const url = requestUrl(this.apiUrl, request.path, request.query);
    const limit = timeLimit(request.timeoutMs === undefined ? this.#options.timeoutMs : request.timeoutMs, request);
    const plain: RequestInit = { method, headers: this.#headersFor(request), signal: limit.signal };
    if (request.json !== undefined) plain.body = JSON.stringify(request.json);
    const init = (await this.#options.onRequest?.(url, plain)) ?? plain;
    const response = await this.#fetch(url, init, method);
    if (request.limits === "opening") limit.lift();
    if (!response.ok) throw await HTTPError.fromResponse(method, response);
    return response;
  }

  async #fetch(url: URL, init: RequestInit, method: string): Promise<Response> {
    const send = this.#options.callerOptions?.fetch ?? globalThis.fetch;
    try {
      return await send(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw init.signal.reason;
      const message = `${method} ${url.pathname}: no connection to the server at ${url.origin} (${reasonOf(error)}). Is it running?`;
      throw new ConnectionError(message, { cause: error });
    }
  }

  #headersFor(request: Request): Headers {
    const headers = new Headers(this.#headers);
    if (request.json !== undefined) headers.set("content-type", "application/json");
    for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
    return headers;
  }
}

/** The caller's signal and the time limit in one. */
function timeLimit(
  timeoutMs: number | null | undefined,
  request: Request,
): { signal: AbortSignal | null; lift(): void } {
  if (timeoutMs === null || timeoutMs === undefined) return { signal: request.signal ?? null, lift() {} };
  const expired = new AbortController();
  const message = `${request.path}: no answer within ${timeoutMs} ms.`;
  const timer = setTimeout(() => expired.abort(new DOMException(message, "TimeoutError")), timeoutMs);
  // In Node a pending limit must not keep the process alive; a browser's timer is a number.
  if (typeof timer === "object") timer.unref();
  const signal = request.signal ? AbortSignal.any([request.signal, expired.signal]) : expired.signal;
  return { signal, lift: () => clearTimeout(timer) };
}

/** fetch says "fetch failed"; what happened is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return cause.message || String("code" in cause ? cause.code : cause.name);
  return error.message;
}
