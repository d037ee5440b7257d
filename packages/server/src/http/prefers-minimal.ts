import type { Context } from "hono";

/** Whether the client wants no body back (`Prefer: return=minimal`, RFC 7240). */
export function prefersMinimal(context: Context): boolean {
  return /(^|[,;\s])return\s*=\s*"?minimal"?([,;\s]|$)/i.test(context.req.header("prefer") ?? "");
}
