import type { EmbeddedServer } from "@heddle/cli";

type Handler = (request: Request) => Promise<Response>;

/**
 * What `app/agents/[...path]/route.ts` of a Next.js app exports: `export const { GET, POST, PUT, PATCH, DELETE } = nextRoute(agents)`, with a
 * server created once per process with `http: { mount_prefix: "/agents" }`.
 */
export function nextRoute(agents: EmbeddedServer): Record<"GET" | "POST" | "PUT" | "PATCH" | "DELETE", Handler> {
  const { fetch } = agents;
  return { GET: fetch, POST: fetch, PUT: fetch, PATCH: fetch, DELETE: fetch };
}
