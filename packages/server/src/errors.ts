/**
 * Every error the server answers with: its code and whether sending the same request again can help.
 * `http/problem-response` maps the codes to HTTP statuses; nothing else knows statuses.
 */
export const SERVER_ERRORS = {
  unauthorized: { retryable: false },
  forbidden: { retryable: false },
  not_found: { retryable: false },
  conflict: { retryable: false },
  thread_busy: { retryable: true },
  key_reused: { retryable: false },
  invalid_request: { retryable: false },
  body_too_large: { retryable: false },
  graph_not_loaded: { retryable: false },
  no_graph: { retryable: false },
  graph_error: { retryable: false },
  shutting_down: { retryable: true },
  database_unavailable: { retryable: true },
} as const;

export type ServerErrorCode = keyof typeof SERVER_ERRORS;

export interface RequestIssue {
  /** Where in the body or query: `input.messages[0]`. */
  path: string;
  message: string;
}

/** An error with a code. The message says what failed, on which id, and what to do. */
export class ServerError extends Error {
  readonly code: ServerErrorCode;
  readonly issues: readonly RequestIssue[] | undefined;

  constructor(code: ServerErrorCode, message: string, options: { cause?: unknown; issues?: RequestIssue[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ServerError";
    this.code = code;
    this.issues = options.issues;
  }
}

/** Whatever was thrown, as an Error: a graph may throw anything. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) {
    const { name, message } = thrown as { name?: unknown; message: unknown };
    const error = new Error(String(message));
    if (typeof name === "string") error.name = name;
    return error;
  }
  return new Error(String(thrown));
}
