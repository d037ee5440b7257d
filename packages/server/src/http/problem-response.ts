import { DatabaseUnavailableError, StoreQueryError, UnstorableTextError } from "@heddle/backend";
import type { Problem } from "@heddle/protocol";
import type { Logger } from "pino";
import { Refusal } from "../auth/refusal.ts";
import { SERVER_ERRORS, ServerError, type ServerErrorCode, toError } from "../errors.ts";

/** The only place that knows HTTP statuses of errors. */
const STATUS: Record<ServerErrorCode, number> = {
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  thread_busy: 409,
  key_reused: 422,
  invalid_request: 422,
  body_too_large: 413,
  graph_not_loaded: 422,
  no_graph: 400,
  graph_error: 422,
  shutting_down: 503,
  database_unavailable: 503,
};

/** Any thrown thing as an answer. What is not an error of ours is logged whole and told only by a number to look it up. */
export function problemResponse(thrown: unknown, requestId: string, logger: Logger): Response {
  if (thrown instanceof DatabaseUnavailableError) {
    logger.error({ err: thrown, request_id: requestId }, "the database is not available");
    return problemResponse(new ServerError("database_unavailable", `${thrown.message} Try again.`), requestId, logger);
  }
  if (thrown instanceof ServerError) {
    const issues = thrown.issues === undefined ? {} : { issues: [...thrown.issues] };
    const response = toResponse({ ...problem(thrown.code, thrown.message), ...issues }, STATUS[thrown.code]);
    if (SERVER_ERRORS[thrown.code].retryable) response.headers.set("retry-after", "1");
    return response;
  }
  if (thrown instanceof UnstorableTextError || thrown instanceof StoreQueryError)
    return toResponse(problem("invalid_request", thrown.message), 422);
  if (thrown instanceof Refusal) {
    const response = toResponse(problem("refused", thrown.message), thrown.status);
    for (const [name, value] of Object.entries(thrown.headers)) response.headers.set(name, value);
    return response;
  }
  const error = toError(thrown);
  logger.error({ err: error, request_id: requestId }, "request failed");
  const message = `Internal server error; the server's log has the cause under request id ${requestId}`;
  return toResponse(problem("internal", message), 500);
}

export function problem(code: string, message: string): Problem {
  return { detail: message, message, code };
}

export function toResponse(body: Problem, status: number): Response {
  return Response.json(body, { status });
}
