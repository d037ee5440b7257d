import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTEMPTS } from "./isolation-attempts.ts";
import { type Ids, MARKER, sendAttempt, titleOf } from "./send-attempt.ts";

/** A running server on which two users are known, ann and bob, each with what is theirs alone. */
export interface IsolationBench {
  url: string;
  /** The headers by which each of them is known. */
  ann: Record<string, string>;
  bob: Record<string, string>;
  /** A graph of the server. */
  graphId: string;
  /** Routes that have nothing of anybody's. */
  sharedRoutes: readonly string[];
  close(): Promise<void>;
}

/**
 * Two users of one server are as if each had a server alone. Every route, with every way to name what is another's; nothing of
 * it is told, changed or taken. Needs a server whose rule is: a resource is its maker's, and a namespace begins with its owner.
 *
 * @example
 * describeIsolation("my deployment", async () => ({ url, ann: { "x-api-key": a }, bob: { "x-api-key": b }, … }));
 */
export function describeIsolation(name: string, open: () => Promise<IsolationBench>): void {
  describe(`isolation on ${name}`, () => {
    let bench: IsolationBench;
    let ids: Ids;
    let before: unknown;

    beforeAll(async () => {
      bench = await open();
      ids = await makeAnns(bench);
      before = await readAnns(bench, ids);
    });
    afterAll(() => bench?.close());

    test.each(ATTEMPTS.map((attempt) => [titleOf(attempt), attempt] as const))("%s", async (_, attempt) => {
      const response = await sendAttempt(bench, bench.bob, attempt, ids);
      const text = await response.text();
      expect({ status: response.status, text }).toEqual({ status: attempt.status, text: expect.any(String) });
      expect(text).not.toContain(MARKER);
      if (attempt.route.endsWith("/count")) expect(Number(text)).toBe(0);
    });

    test("whoever says nothing, or claims to be Studio, is not let in anywhere", async () => {
      for (const attempt of ATTEMPTS) {
        for (const headers of [{}, { "x-auth-scheme": "langsmith" }]) {
          const response = await sendAttempt(bench, headers, attempt, ids);
          expect(`${titleOf(attempt)}: ${response.status}`).toBe(`${titleOf(attempt)}: 401`);
          expect(await response.text()).not.toContain(MARKER);
        }
      }
    });

    test("every route the server has was tried", async () => {
      const document = (await (await fetch(`${bench.url}/openapi.json`)).json()) as { paths: Record<string, object> };
      const tried = new Set(ATTEMPTS.map(({ method, route }) => `${method} ${route}`));
      const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      const isShared = (route: string) => bench.sharedRoutes.includes(route.split(" ")[1] ?? "");
      expect(routes.filter((route) => !tried.has(route) && !isShared(route))).toEqual([]);
    });

    test("what is ann's is as it was", async () => {
      expect(await readAnns(bench, ids)).toEqual(before);
    });
  });
}

async function call(
  bench: IsolationBench,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, never>> {
  const response = await sendAttempt(bench, bench.ann, { method, route: path, path, body, status: 200 }, {});
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} of ann answered ${response.status}: ${text}`);
  return text === "" ? {} : JSON.parse(text);
}

/** One of everything. */
async function makeAnns(bench: IsolationBench): Promise<Ids> {
  const metadata = { note: MARKER };
  const run = { assistant_id: bench.graphId, input: { ask: MARKER }, metadata };
  const { assistant_id } = await call(bench, "POST", "/assistants", {
    graph_id: bench.graphId,
    name: MARKER,
    metadata,
    config: { configurable: { secret: MARKER } },
  });
  const { thread_id } = await call(bench, "POST", "/threads", { metadata });
  await call(bench, "POST", `/threads/${thread_id}/runs/wait`, run);
  const { run_id } = await call(bench, "POST", `/threads/${thread_id}/runs`, { ...run, stream_resumable: true });
  await call(bench, "GET", `/threads/${thread_id}/runs/${run_id}/join`);
  const state: unknown = await call(bench, "GET", `/threads/${thread_id}/state`);
  const { checkpoint } = state as {
    checkpoint: { checkpoint_id: string };
  };
  const { cron_id } = await call(bench, "POST", `/threads/${thread_id}/runs/crons`, { ...run, schedule: "0 0 1 1 *" });
  await call(bench, "PUT", "/store/items", { namespace: ["ann", "notes"], key: "k", value: metadata });
  return {
    assistant: String(assistant_id),
    thread: String(thread_id),
    run: String(run_id),
    cron: String(cron_id),
    checkpoint: checkpoint.checkpoint_id,
  };
}

function readAnns(bench: IsolationBench, { assistant, thread, run, cron }: Ids): Promise<unknown> {
  return Promise.all([
    call(bench, "GET", `/assistants/${assistant}`),
    call(bench, "GET", `/threads/${thread}`),
    call(bench, "GET", `/threads/${thread}/state`),
    call(bench, "GET", `/threads/${thread}/runs`),
    call(bench, "GET", `/threads/${thread}/runs/${run}`),
    call(bench, "GET", `/runs/crons/${cron}`),
    call(bench, "GET", "/store/items?namespace=ann.notes&key=k"),
  ]);
}
