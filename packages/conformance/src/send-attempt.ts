import type { Attempt } from "./isolation-attempts.ts";

/** Stands in all that is ann's. Whatever bob is answered must not have it. */
export const MARKER = "annmarker5f1c";

/** What stands for what in an attempt: `thread` → its id. */
export type Ids = Record<string, string>;

export function titleOf({ method, route, how }: Attempt): string {
  return how === undefined ? `${method} ${route}` : `${method} ${route}, ${how}`;
}

export function sendAttempt(
  { url, graphId }: { url: string; graphId: string },
  headers: Record<string, string>,
  { method, route, path = route.replaceAll("_id}", "}"), body }: Attempt,
  ids: Ids,
): Promise<Response> {
  const known: Ids = { ...ids, graph: graphId, marker: MARKER, namespace: "inner" };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
  return fetch(url + fill(path), {
    method,
    headers: { ...headers, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: fill(JSON.stringify(body)) }),
  });
}
