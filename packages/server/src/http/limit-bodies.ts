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
    const { raw } = context.req;
    if (isWithin(raw, mostBytes)) return next();
    return isMeasured(raw) ? refuse() : limitStream(context, next);
  };
}

/** Whether the request says that its body is no longer than this. */
export function isWithin(request: Request, mostBytes: number): boolean {
  return isMeasured(request) && Number(request.headers.get("content-length") ?? 0) <= mostBytes;
}

function isMeasured({ headers, method }: Request): boolean {
  return (method === "GET" || headers.has("content-length")) && !headers.has("transfer-encoding");
}
