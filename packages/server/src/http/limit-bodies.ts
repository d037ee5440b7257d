import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { ServerError } from "../errors.ts";

/**
 * Refuses bodies with more bytes than this. A body that says how long it is, as nearly all do, is not looked at: Hono's own limit
 * would make it a stream, which costs a short run more than all else at the door.
 */
export function limitBodies(mostBytes: number): MiddlewareHandler {
  const refuse = () => {
    const message = `The body of the request has more than ${mostBytes} bytes (http.max_body_bytes)`;
    throw new ServerError("body_too_large", message);
  };
  const limitStream = bodyLimit({ maxSize: mostBytes, onError: refuse });
  return (context, next) => {
    const length = context.req.header("content-length");
    const isUnsaid = length === undefined && context.req.method !== "GET";
    if (isUnsaid || context.req.header("transfer-encoding") !== undefined) return limitStream(context, next);
    if (Number(length ?? 0) > mostBytes) refuse();
    return next();
  };
}
