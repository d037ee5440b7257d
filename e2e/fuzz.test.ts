import fc, { type Arbitrary } from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromJsonSchema } from "./testing/from-json-schema.ts";
import { AUTH_CONFIG } from "./testing/places.ts";
import { startServer, type TestServer } from "./testing/server.ts";

const ANN = { authorization: "Bearer ann-token" };
const BOB = { authorization: "Bearer bob-token" };

/** Stands in all that is ann's; whatever bob sends, he must not be told it. */
const MARKER = "annmarker77";

/** An answer has to begin within this time; streams and waiting answers may go on. */
const PATIENCE_MS = 10_000;

interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: "path" | "query"; schema: object }[];
  requestBody?: { content: { "application/json": { schema: object } } };
}

let server: TestServer;
let operations: Operation[];
let ids: string[];

beforeAll(async () => {
  server = await startServer({ config: AUTH_CONFIG });
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Record<string, object> };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  ids = [...(await make(ANN, MARKER)), ...(await make(BOB, "bobs"))];
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** A thread, a run and an assistant of somebody. */
async function make(who: Record<string, string>, marker: string): Promise<string[]> {
  const post = async (path: string, body: object) => {
    const response = await fetch(server.url + path, { method: "POST", headers: who, body: JSON.stringify(body) });
    return (await response.json()) as Record<string, string>;
  };
  const metadata = { marker };
  const { thread_id = "" } = await post("/threads", { metadata });
  const { run_id = "" } = await post(`/threads/${thread_id}/runs`, {
    assistant_id: "whoami",
    input: { ask: marker },
    metadata,
  });
  const { assistant_id = "" } = await post("/assistants", { graph_id: "whoami", name: marker, metadata });
  return [thread_id, run_id, assistant_id];
}

interface FuzzedRequest {
  path: string;
  body: string | undefined;
}

/** Ids that are there, whoever's they are, and text that is none. */
function segment(): Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...ids, "whoami") },
    { weight: 1, arbitrary: fc.oneof(fc.uuid(), fc.string({ minLength: 1 })).map(encode) },
  );
}

function encode(value: string): string {
  return encodeURIComponent(wellFormed(value)).replaceAll(".", "%2E");
}

function requests({ path, parameters, requestBody }: Operation): Arbitrary<FuzzedRequest> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
  const segments = fc.record(Object.fromEntries(names.map((name) => [name, segment()])));
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const query = fc.record(
    Object.fromEntries(inQuery.map(({ name, schema }) => [name, fc.oneof(fromJsonSchema(schema), fc.string())])),
    { requiredKeys: [] },
  );
  const schema = requestBody?.content["application/json"].schema;
  const body =
    schema === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          { weight: 4, arbitrary: fromJsonSchema(schema).map((value) => JSON.stringify(value)) },
          { weight: 1, arbitrary: fc.json() },
          { weight: 1, arbitrary: fc.string() },
        );
  return fc.record({ segments, query, body }).map((given) => {
    const parts = given.segments as Record<string, string>;
    const search = new URLSearchParams(Object.entries(given.query).map(([name, value]) => [name, toText(value)]));
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? "");
    return { path: `${filled}?${search}`, body: given.body };
  });
}

/** Half a pair of surrogates has no UTF-8. */
function wellFormed(value: string): string {
  return Buffer.from(value).toString();
}

function toText(value: unknown): string {
  return wellFormed(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}

async function send(method: string, { path, body }: FuzzedRequest): Promise<{ status: number; text: string }> {
  const aborter = new AbortController();
  const giveUp = setTimeout(() => aborter.abort(), PATIENCE_MS);
  const init = { method, headers: { ...BOB, "content-type": "application/json" }, signal: aborter.signal };
  try {
    const response = await fetch(server.url + path, body === undefined ? init : { ...init, body });
    return { status: response.status, text: await firstPart(response) };
  } finally {
    clearTimeout(giveUp);
    aborter.abort();
  }
}

/** All of an answer that is whole, and of one that goes on what has come until it pauses. */
async function firstPart(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const pause = new Promise<undefined>((resolve) => setTimeout(resolve, 50));
    const part = await Promise.race([reader.read(), pause]);
    if (part === undefined || part.done) return text;
    text += decoder.decode(part.value, { stream: true });
  }
}

describe("whatever is sent to any route", () => {
  it("the answer is never a 500, comes in time, and tells nothing of another user", async () => {
    const counts: Record<number, number> = {};
    for (const operation of operations) {
      await fc.assert(
        fc.asyncProperty(requests(operation), async (request) => {
          const { status, text } = await send(operation.method, request);
          counts[status] = (counts[status] ?? 0) + 1;
          const title = `${operation.method} ${request.path} ${request.body ?? ""}`;
          expect(status, `${title}\n${text}`).toBeLessThan(500);
          expect(text, title).not.toContain(MARKER);
        }),
        { numRuns: 25, seed: 20_261_128 },
      );
    }
    console.log(`fuzzed ${operations.length} routes; answers by status: ${JSON.stringify(counts)}`);
    expect((await fetch(`${server.url}/ok?check_db=1`)).status).toBe(200);
  }, 240_000);
});
