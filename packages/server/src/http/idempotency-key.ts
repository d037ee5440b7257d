import { createHash } from "node:crypto";
import type { Context } from "hono";
import { ServerError } from "../errors.ts";
import { derivedId } from "../ids.ts";
import type { ServerTools } from "../server-tools.ts";
import { callerOf } from "./caller-of.ts";

/** A request that may be sent again without creating a second run: the id its run has, and what the request was. */
export interface IdempotentRequest {
  runId: string;
  fingerprint: string;
}

const MAX_LENGTH = 255;

/**
 * What the header `Idempotency-Key` asks for (IETF draft-ietf-httpapi-idempotency-key-header); undefined without one. The id of the
 * run follows from the key, the caller and the path, so that the database itself refuses a second run, whichever process
 * gets the request.
 *
 * @throws ServerError `invalid_request` for a key that is empty or too long.
 */
export function readIdempotencyKey(context: Context, body: unknown, tools: ServerTools): IdempotentRequest | undefined {
  const key = context.req.header("idempotency-key");
  if (key === undefined) return undefined;
  if (key === "" || key.length > MAX_LENGTH) {
    const message = `has to have 1 to ${MAX_LENGTH} characters`;
    throw new ServerError("invalid_request", `The header Idempotency-Key ${message}`, {
      issues: [{ path: "Idempotency-Key", message }],
    });
  }
  const caller = callerOf(context, tools).user?.identity ?? null;
  const { method, path } = context.req;
  return { runId: derivedId("request", key, caller, method, path), fingerprint: sha256(body) };
}

function sha256(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
