import type { MiddlewareHandler } from "hono";
import type { Logger } from "pino";
import type { AuthUser } from "../auth/auth-user.ts";
import type { Caller } from "../auth/caller.ts";
import { CALLER } from "./caller-of.ts";

/** One line for each request, when its answer begins; of its headers those which the configuration names. */
export function logRequests(logger: Logger, isLogged: (header: string) => boolean): MiddlewareHandler {
  return async (context, next) => {
    const startedAt = performance.now();
    await next();
    const { method, path } = context.req;
    const caller: Caller | undefined = context.get(CALLER);
    const user: AuthUser | undefined = caller?.user;
    const headers = Object.fromEntries([...context.req.raw.headers].filter(([name]) => isLogged(name)));
    logger.info(
      {
        method,
        path,
        status: context.res.status,
        took_ms: Math.round(performance.now() - startedAt),
        request_id: context.req.header("x-request-id"),
        ...(user === undefined ? {} : { identity: user.identity }),
        ...(Object.keys(headers).length === 0 ? {} : { headers }),
      },
      "request",
    );
  };
}
