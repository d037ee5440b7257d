type Scalar = string | number | boolean | null | undefined;
export type QueryValue = Scalar | readonly Scalar[];

/** One call to the server, before URL, headers and body are made of it. */
export interface Request {
  /** GET unless given. */
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, QueryValue>;
  /** Sent as JSON; undefined sends no body. */
  json?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** null lifts the client's limit. */
  timeoutMs?: number | null;
  /** What `timeoutMs` limits: until the answer is read, or only until its headers came. */
  limits?: "answer" | "opening";
  /** Whether the request may be sent twice. Unless given: POST and PATCH may not. */
  isRepeatable?: boolean;
  maxRetries?: number;
}
