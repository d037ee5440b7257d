import { z } from "zod";
import { ANSWERS } from "./answers.ts";
import { ASSISTANT_OPERATIONS } from "./assistants.ts";
import { CRON_OPERATIONS } from "./crons.ts";
import type { Answer, Operation, Operations } from "./operation.ts";
import { RUN_OPERATIONS } from "./runs.ts";
import { STORE_OPERATIONS } from "./store.ts";
import { SYSTEM_OPERATIONS } from "./system.ts";
import { THREAD_OPERATIONS } from "./threads.ts";
import { WEBHOOK_OPERATIONS } from "./webhooks.ts";

/** All that the server can be asked, by the name of the part that answers. */
const OPERATIONS: Readonly<Record<string, Operations>> = {
  Assistants: ASSISTANT_OPERATIONS,
  Threads: THREAD_OPERATIONS,
  Runs: RUN_OPERATIONS,
  Crons: CRON_OPERATIONS,
  Store: STORE_OPERATIONS,
  Webhooks: WEBHOOK_OPERATIONS,
  System: SYSTEM_OPERATIONS,
};

type Json = Record<string, unknown>;

export interface DocumentOptions {
  version: string;
  /** The routes that are served, as `OPERATIONS` names them. What is switched off is not described; others are the project's own. */
  served: ReadonlySet<string>;
  /** `securitySchemes` and `security` of the configuration, or those of the built-in ways. */
  security: { securitySchemes?: Json | undefined; security?: unknown[] | undefined };
  /** Paths begin with this. */
  prefix: string;
}

/** The OpenAPI 3.1 document of a server, from the schemas by which its routes check what they are sent. */
export function openApiDocument({ version, served, security, prefix }: DocumentOptions): Json {
  const paths: Record<string, Json> = {};
  const add = (tag: string, route: string, operation: Operation) => {
    const [method = "", path = ""] = route.split(" ");
    const at = prefix + path;
    paths[at] = { ...paths[at], [method.toLowerCase()]: toOperation(tag, path, operation) };
  };
  const described = new Set<string>();
  for (const [tag, operations] of Object.entries(OPERATIONS)) {
    for (const [route, operation] of Object.entries(operations)) {
      described.add(route);
      if (served.has(route)) add(tag, route, operation);
    }
  }
  for (const route of served) {
    if (!described.has(route) && !route.startsWith("ALL ")) add("Custom", route, CUSTOM);
  }
  const schemas = Object.fromEntries(
    Object.entries(ANSWERS).map(([name, schema]) => [name, toSchema(schema, "output")]),
  );
  const { securitySchemes, security: needed } = security;
  return {
    openapi: "3.1.0",
    info: { title: "Heddle Agent Server", version },
    paths,
    components: { schemas, ...(securitySchemes === undefined ? {} : { securitySchemes }) },
    ...(needed === undefined ? {} : { security: needed }),
  };
}

/** A route of the project's own app, of which nothing else is known. */
const CUSTOM: Operation = { summary: "A route of this project", answer: { type: "json" } };

function toOperation(tag: string, path: string, operation: Operation): Json {
  const { summary, description, query, body, isBodyOptional, errors = {} } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => toParameter(String(name), "path"));
  return {
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: [...inPath, ...(query === undefined ? [] : toQuery(query))],
    ...(body === undefined ? {} : { requestBody: toRequestBody(body, isBodyOptional ?? false) }),
    responses: { ...toResponse(operation.answer), ...toErrors(inPath.length > 0, body ?? query, errors) },
  };
}

function toParameter(name: string, place: "path" | "query", schema: unknown = { type: "string" }): Json {
  return { name, in: place, required: place === "path", schema };
}

function toQuery(query: z.ZodObject): Json[] {
  const { properties = {} } = toSchema(query, "input") as { properties?: Json };
  return Object.entries(properties).map(([name, schema]) => toParameter(name, "query", schema));
}

function toRequestBody(body: z.ZodType, isOptional: boolean): Json {
  return { required: !isOptional, content: { "application/json": { schema: toSchema(body, "input") } } };
}

function toResponse(answer: Answer): Json {
  switch (answer.type) {
    case "none":
      return { [answer.status]: { description: "Done." } };
    case "events":
      return {
        200: {
          description: "Server-sent events, one for each thing the run says; the first is `metadata`.",
          content: { "text/event-stream": { schema: { type: "string" } } },
        },
      };
    case "text":
      return {
        200: { description: answer.description, content: { [answer.mediaType]: { schema: { type: "string" } } } },
      };
    case "json": {
      const named = answer.schema === undefined ? {} : { $ref: `#/components/schemas/${answer.schema}` };
      const schema = answer.isList ? { type: "array", items: named } : named;
      return { 200: { description: answer.description ?? "Done.", content: { "application/json": { schema } } } };
    }
  }
}

function toErrors(hasId: boolean, checked: unknown, own: Readonly<Record<number, string>>): Json {
  const errors: Record<number, string> = {
    ...(hasId ? { 404: "It is not there, or not the caller's." } : {}),
    ...(checked === undefined ? {} : { 422: "The request does not fit; `issues` says where." }),
    ...own,
  };
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(Object.entries(errors).map(([status, description]) => [status, { description, content }]));
}

function toSchema(schema: z.ZodType, io: "input" | "output"): unknown {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any", target: "draft-2020-12" });
  return json;
}
