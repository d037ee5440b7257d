import { Hono } from "hono";
import { expect, test } from "vitest";
import { type HttpConfig, httpConfig } from "../config/http-config.ts";
import { allowOrigins } from "./cors.ts";

async function headersFor(origin: string, cors?: object): Promise<Headers> {
  const config: HttpConfig["cors"] = cors && httpConfig.parse({ cors }).cors;
  const app = new Hono().use(allowOrigins(config)).get("/", (context) => context.text("ok"));
  return (await app.request("/", { headers: { origin } })).headers;
}

test.each<[string, string, object | undefined, string | null]>([
  ["every page may call, by default", "https://a.example", undefined, "*"],
  ["a listed origin may", "https://a.example", { allow_origins: ["https://a.example"] }, "https://a.example"],
  ["another may not", "https://b.example", { allow_origins: ["https://a.example"] }, null],
  [
    "an expression has to match the whole origin",
    "https://a.example.evil",
    { allow_origin_regex: ".*\\.example" },
    null,
  ],
  [
    "and counts instead of the list",
    "https://b.example",
    { allow_origin_regex: "https://b\\..*" },
    "https://b.example",
  ],
])("%s", async (_, origin, config, expected) => {
  expect((await headersFor(origin, config)).get("access-control-allow-origin")).toBe(expected);
});

test("credentials never go with every page", async () => {
  const any = await headersFor("https://a.example", { allow_credentials: true });
  expect(any.get("access-control-allow-credentials")).toBeNull();
  const listed = await headersFor("https://a.example", {
    allow_credentials: true,
    allow_origins: ["https://a.example"],
  });
  expect(listed.get("access-control-allow-credentials")).toBe("true");
});

test("what the clients need to read is exposed, whatever else is", async () => {
  const exposed = (await headersFor("https://a.example", { expose_headers: ["X-Mine"] })).get(
    "access-control-expose-headers",
  );
  expect(exposed?.split(",")).toEqual(
    expect.arrayContaining(["content-location", "location", "x-pagination-next", "x-mine"]),
  );
});
