import type { Context } from "hono";
import type { z } from "zod";
import { type RequestIssue, ServerError } from "../errors.ts";

/** The JSON body, checked. An empty body counts as `{}`; the content type is not looked at (the official server takes text/plain). */
export async function readBody<S extends z.ZodType>(context: Context, schema: S): Promise<z.output<S>> {
  const text = await context.req.text();
  let value: unknown = {};
  if (text.trim() !== "") {
    try {
      value = JSON.parse(text);
    } catch (cause) {
      const message = `Malformed JSON in request body: ${(cause as Error).message}`;
      throw new ServerError("invalid_request", message, { cause, issues: [{ path: "", message }] });
    }
  }
  return check(value, schema, "body");
}

/** The query parameters, checked. Values come as text, repeated keys as a list of texts. */
export function readQuery<S extends z.ZodType>(context: Context, schema: S): z.output<S> {
  const query: Record<string, unknown> = {};
  for (const [key, values] of Object.entries(context.req.queries())) {
    // The Python client sends `stream_mode=` for None.
    const given = values.filter((value) => value !== "");
    if (given.length > 0) query[key] = given.length === 1 ? given[0] : given;
  }
  return check(query, schema, "query");
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A path parameter that has to be a UUID. */
export function readId(context: Context, name: string): string {
  const value = context.req.param(name) ?? "";
  if (UUID.test(value)) return value;
  const message = `expected a UUID, not "${value}"`;
  throw new ServerError("invalid_request", `The path of the request does not fit: ${name}: ${message}`, {
    issues: [{ path: name, message }],
  });
}

function check<S extends z.ZodType>(value: unknown, schema: S, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(toIssue);
  const listed = issues.map(({ path, message }) => `${path || "(root)"}: ${message}`).join("; ");
  throw new ServerError("invalid_request", `The ${where} of the request does not fit: ${listed}`, { issues });
}

function toIssue({ path, message }: z.core.$ZodIssue): RequestIssue {
  const text = path.map((part, index) =>
    typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`,
  );
  return { path: text.join(""), message };
}
