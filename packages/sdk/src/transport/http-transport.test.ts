import { afterEach, describe, expect, it, vi } from "vitest";
import { brokenConnection, json, nothing, RecordingServer, text } from "../../testing/recording-server.ts";
import type { ClientConfig } from "../client-config.ts";
import { HTTPError } from "../http-error.ts";
import { HttpTransport } from "./http-transport.ts";

const pauses: number[] = [];

function transportTo(server: RecordingServer, config: ClientConfig = {}): HttpTransport {
  pauses.length = 0;
  return new HttpTransport(
    { apiUrl: server.url, apiKey: null, ...config },
    async (delayMs) => void pauses.push(delayMs),
  );
}

describe("HttpTransport", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("keeps the path of the server's address and drops its last slash", async () => {
    await using server = await RecordingServer.start();
    await transportTo(server, { apiUrl: `${server.url}/api/` }).json({ path: "/info" });
    expect(server.requests[0]?.path).toBe("/api/info");
  });

  it("sends the key and the default headers, but none that are null", async () => {
    await using server = await RecordingServer.start();
    const config = {
      apiKey: "secret",
      defaultHeaders: { "X-Tenant": "t", "X-Nothing": null, "X-Undefined": undefined },
    };
    await transportTo(server, config).json({ path: "/info" });
    expect(server.requests[0]?.headers).toMatchObject({ "x-api-key": "secret", "x-tenant": "t" });
    expect(server.requests[0]?.headers).not.toHaveProperty("x-nothing");
    expect(server.requests[0]?.headers).not.toHaveProperty("x-undefined");
  });

  it("takes the key from the environment unless it is null", async () => {
    vi.stubEnv("LANGGRAPH_API_KEY", '"from-env"');
    await using server = await RecordingServer.start();
    await transportTo(server, { apiKey: undefined as unknown as string }).json({ path: "/info" });
    await transportTo(server).json({ path: "/info" });
    expect(server.requests.map((request) => request.headers["x-api-key"])).toEqual(["from-env", undefined]);
  });

  it("sends what onRequest makes of the request", async () => {
    await using server = await RecordingServer.start();
    const onRequest = (url: URL, init: RequestInit): RequestInit => ({ ...init, headers: { "x-url": url.pathname } });
    await transportTo(server, { onRequest }).json({ path: "/info" });
    expect(server.requests[0]?.headers["x-url"]).toBe("/info");
  });

  it("sends with the fetch it was given", async () => {
    await using server = await RecordingServer.start();
    const seen: string[] = [];
    const config: ClientConfig = {
      callerOptions: {
        fetch: (input, init) => {
          seen.push(String(input));
          return fetch(input, init);
        },
      },
    };
    await transportTo(server, config).json({ path: "/info" });
    expect(seen).toEqual([`${server.url}/info`]);
  });

  it("answers undefined where the server sends nothing, and takes white space before JSON", async () => {
    await using server = await RecordingServer.start(nothing(204), text(200, "\n\n\n{}"));
    const transport = transportTo(server);
    expect(await transport.json({ path: "/a" })).toBeUndefined();
    expect(await transport.json({ path: "/b" })).toEqual({});
  });

  it.each([
    ["a JSON detail", json({ detail: "No such assistant" }, {}, 404), "No such assistant"],
    ["a JSON message", json({ message: "First", detail: "Second" }, {}, 404), "First"],
    ["plain text", text(404, "Assistant not found"), "Assistant not found"],
    ["nothing", nothing(404), "Not Found"],
  ])("throws an error that names the request and %s", async (_, answer, reason) => {
    await using server = await RecordingServer.start(answer);
    const error = await transportTo(server)
      .json({ path: "/assistants/a?x=1" })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HTTPError);
    expect(error).toMatchObject({ status: 404, message: `GET /assistants/a: HTTP 404: ${reason}` });
    expect((error as HTTPError).response.headers).toBeInstanceOf(Headers);
  });

  it("tries again until the server is well", async () => {
    await using server = await RecordingServer.start(text(503, "not yet"), brokenConnection(), json("well"));
    expect(await transportTo(server).json({ path: "/info" })).toBe("well");
    expect(server.requests).toHaveLength(3);
    expect(pauses).toHaveLength(2);
  });

  it("gives up after four tries more, or as many as it was told", async () => {
    await using server = await RecordingServer.start(text(500, "never"));
    await expect(transportTo(server).json({ path: "/info" })).rejects.toThrow("HTTP 500: never");
    expect(server.requests).toHaveLength(5);
    await expect(transportTo(server, { callerOptions: { maxRetries: 0 } }).json({ path: "/info" })).rejects.toThrow();
    expect(server.requests).toHaveLength(6);
  });

  it("does not send a POST again that may have taken effect", async () => {
    await using server = await RecordingServer.start(brokenConnection());
    const request = { method: "POST", path: "/runs", json: {} } as const;
    await expect(transportTo(server).json(request)).rejects.toMatchObject({ name: "ConnectionError" });
    expect(server.requests).toHaveLength(1);
  });

  it("says where it found no server", async () => {
    const server = await RecordingServer.start();
    const { url } = server;
    await server[Symbol.asyncDispose]();
    const transport = new HttpTransport({ apiUrl: url, callerOptions: { maxRetries: 0 } });
    await expect(transport.json({ path: "/info" })).rejects.toThrow(`no connection to the server at ${url}`);
  });

  it("gives up when the time is over, and does not try again", async () => {
    await using server = await RecordingServer.start(() => {});
    const answer = transportTo(server, { timeoutMs: 20 }).json({ path: "/slow" });
    await expect(answer).rejects.toMatchObject({ name: "TimeoutError", message: "/slow: no answer within 20 ms." });
    // On a slow machine the time is over before the request has left.
    expect(server.requests.length).toBeLessThan(2);
  });

  it("throws the reason of the signal, and does not try again", async () => {
    const abort = new AbortController();
    await using server = await RecordingServer.start(() => abort.abort(new Error("enough")));
    await expect(transportTo(server).json({ path: "/slow", signal: abort.signal })).rejects.toThrow("enough");
    expect(server.requests).toHaveLength(1);
  });
});
