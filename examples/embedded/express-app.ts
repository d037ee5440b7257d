import type { EmbeddedServer } from "@heddle/cli";
import { getRequestListener } from "@hono/node-server";
import express, { type Express } from "express";

/** An Express app with an Agent Server at `/agents` (created with `http: { mount_prefix: "/agents" }`). */
export function expressApp(agents: EmbeddedServer): Express {
  const app = express();
  const listener = getRequestListener(agents.fetch);
  app.get("/", (_, response) => void response.send("the app itself"));
  // Before any body parser: the Agent Server reads bodies itself.
  app.use((request, response, next) => {
    if (request.url.startsWith("/agents/")) void listener(request, response);
    else next();
  });
  return app;
}
