export type HeaderValue = string | null | undefined;

/** Sees every request before it is sent, each try of it anew; what it returns is sent. */
export type RequestHook = (url: URL, init: RequestInit) => Promise<RequestInit> | RequestInit;

export interface CallerOptions {
  /** How often a request that may be sent again is sent again. 4 unless given. */
  maxRetries?: number;
  /** Takes the place of the global fetch. */
  fetch?: typeof fetch;
}

/** How a client reaches its server. */
export interface ClientConfig {
  /** Where the server is; may have a path, which is put before every request's path. `http://localhost:8123` unless given. */
  apiUrl?: string;
  /** Sent as `x-api-key`. Unless given it is read from the environment (see `getApiKey`); null sends none. */
  apiKey?: string | null;
  /** Sent with every request. null and undefined leave a header out. */
  defaultHeaders?: Record<string, HeaderValue>;
  /** How long one try may take until its answer is read; of an event stream, until it opens. `wait` and `join` have no limit. */
  timeoutMs?: number;
  callerOptions?: CallerOptions;
  onRequest?: RequestHook;
}

/** As the official client: the port of a server in a container. `heddle dev` and `npm start` listen on 2024. */
export const DEFAULT_API_URL = "http://localhost:8123";
