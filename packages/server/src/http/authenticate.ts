import type { MiddlewareHandler } from "hono";
import type { Authentication } from "../auth/authentication.ts";
import { CALLER } from "./caller-of.ts";

/** Finds out who sends a request before any route sees it; routes in `isPublic` are for everybody. */
export function authenticate(
  auth: Authentication,
  isPublic: (path: string, method: string) => boolean,
): MiddlewareHandler {
  return async (context, next) => {
    const isKnown = context.get(CALLER) !== undefined;
    if (!isKnown && context.req.method !== "OPTIONS" && !isPublic(context.req.path, context.req.method)) {
      // A copy: an authenticator may read the body, which the route reads too.
      context.set(CALLER, await auth.identify(context.req.raw.clone()));
    }
    return next();
  };
}
