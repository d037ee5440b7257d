import { Client } from "@langchain/langgraph-sdk";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

const hooks: unknown[] = [];

/** A project's own app: middleware round all routes, and routes of its own. */
export const app = new Hono()
  .use(async (context, next) => {
    if (context.req.query("interrupt") !== undefined) return context.text("stopped here", 418);
    await next();
    context.res.headers.set("x-project", "yes");
  })
  .get("/custom/hello", (context) => context.json({ hello: "there" }))
  .get("/custom/assistants", async (context) => {
    const assistants = await new Client().assistants.search();
    return context.json(assistants.map(({ name }) => name));
  })
  .get("/custom/fail", () => {
    throw new HTTPException(400, { message: "not like this" });
  })
  .get("/runs/afakeroute", (context) => context.text("mine"))
  .post("/custom/hook", async (context) => {
    hooks.push(await context.req.json());
    return context.body(null, 204);
  })
  .get("/custom/hooks", (context) => context.json(hooks));
