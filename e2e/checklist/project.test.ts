import { describe, expect, test } from "vitest";
import { type Json, useServer } from "../testing/bench.ts";
import { CUSTOM_APP_CONFIG, GUARDED_APP_CONFIG } from "../testing/places.ts";
import { until } from "../testing/until.ts";

const bench = useServer({ config: CUSTOM_APP_CONFIG, prefix: "/agents" });
const guarded = useServer({ config: GUARDED_APP_CONFIG });
const plain = useServer();
const get = (path: string, headers: Record<string, string> = {}) => fetch(bench.url + path, { headers });

describe("webhooks and the project's own app", () => {
  test("#126 a relative webhook calls the project's own app with how the run ended", async () => {
    const { thread_id } = await (await fetch(`${bench.url}/threads`, { method: "POST", body: "{}" })).json();
    const body = JSON.stringify({ assistant_id: "whoami", input: { ask: "?" }, webhook: "/custom/hook" });
    const run: Json = await (await fetch(`${bench.url}/threads/${thread_id}/runs`, { method: "POST", body })).json();
    const hook = await until("the webhook is called", async () => {
      const hooks: Json[] = await (await get("/custom/hooks")).json();
      return hooks.find(({ run_id }) => run_id === run.run_id);
    });
    expect(hook).toMatchObject({ status: "success", run_id: run.run_id, thread_id, values: { ask: "?" } });
  });

  test("#127 the project's middleware is round our routes, and may answer in their stead", async () => {
    expect((await get("/info")).headers.get("x-project")).toBe("yes");
    expect((await get("/info?interrupt")).status).toBe(418);
  });

  test("#128 the project's routes answer before ours, their errors are theirs, and what nobody has is 404", async () => {
    expect(await (await get("/runs/afakeroute")).text()).toBe("mine");
    expect((await get("/custom/fail")).status).toBe(400);
    expect((await get("/custom/nothing")).status).toBe(404);
  });

  test("#129 the official client finds the server from within its own process", async () => {
    expect(await (await get("/custom/assistants")).json()).toEqual(["whoami"]);
  });

  test("#130 the project's routes need no authentication unless it is wanted; browsers may read what clients need", async () => {
    expect((await guarded.send("GET", "/custom/hello")).status).toBe(200);
    expect((await guarded.send("POST", "/threads/search", {})).status).toBe(401);
    const { headers } = await plain.send("GET", "/info", undefined, { origin: "https://any.example" });
    const exposed = String(headers["access-control-expose-headers"]).toLowerCase();
    for (const name of ["content-location", "location", "x-pagination-total", "x-pagination-next"]) {
      expect(exposed).toContain(name);
    }
    const document = (await guarded.send("GET", "/openapi.json")).json as Json;
    expect(document.paths).toHaveProperty("/custom/hello");
  });

  test("#133 figures for Prometheus are there, and for everybody only if the configuration says so", async () => {
    expect((await plain.send("GET", "/metrics")).text).toContain("heddle_");
    expect((await guarded.send("GET", "/metrics")).status).toBe(401);
  });
});
