import type { EmbeddedServer } from "@heddle/cli";
import { Hono } from "hono";

/** A Hono app with an Agent Server at `/agents` (created with `http: { mount_prefix: "/agents" }`). */
export function honoApp(agents: EmbeddedServer): Hono {
  return new Hono()
    .get("/", (context) => context.text("the app itself"))
    .all("/agents/*", (context) => agents.fetch(context.req.raw));
}
