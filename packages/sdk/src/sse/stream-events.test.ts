import { describe, expect, it } from "vitest";
import {
  type Answer,
  brokenConnection,
  brokenEvents,
  events,
  json,
  RecordingServer,
  text,
} from "../../testing/recording-server.ts";
import { HttpTransport } from "../transport/http-transport.ts";
import type { DecodedEvent } from "./decode-events.ts";
import { type EventStreamRequest, streamEvents } from "./stream-events.ts";

const LOCATION = { location: "/threads/t/runs/r/stream" };

function numbered(...ids: number[]): string {
  return ids.map((id) => `event: values\ndata: ${id}\nid: ${id}\n\n`).join("");
}

interface Outcome {
  data: unknown[];
  error: unknown;
  /** Of each request: method, path, Last-Event-ID. */
  requests: unknown[][];
}

async function read(answers: Answer[], request: Partial<EventStreamRequest> = {}): Promise<Outcome> {
  await using server = await RecordingServer.start(...answers);
  const transport = new HttpTransport({ apiUrl: server.url, apiKey: null }, async () => undefined);
  const outcome: Outcome = { data: [], error: undefined, requests: [] };
  try {
    const all = { method: "POST", path: "/threads/t/runs/stream", json: {}, ...request } as const;
    for await (const event of streamEvents(transport, all)) outcome.data.push(event.data);
  } catch (error) {
    outcome.error = error;
  }
  outcome.requests = server.requests.map(({ method, path, headers }) => [method, path, headers["last-event-id"]]);
  return outcome;
}

const POST = ["POST", "/threads/t/runs/stream", undefined];

describe("streamEvents", () => {
  it("does not reconnect when the stream has ended", async () => {
    const outcome = await read([events(numbered(0, 1), LOCATION)]);
    expect(outcome).toEqual({ data: [0, 1], error: undefined, requests: [POST] });
  });

  it("reads on at the Location after the last event when the connection breaks", async () => {
    const outcome = await read([
      brokenEvents(numbered(0, 1), LOCATION),
      brokenEvents(numbered(2)),
      events(numbered(3)),
    ]);
    expect(outcome).toEqual({
      data: [0, 1, 2, 3],
      error: undefined,
      requests: [POST, ["GET", "/threads/t/runs/r/stream", "1"], ["GET", "/threads/t/runs/r/stream", "2"]],
    });
  });

  it("reads from the beginning when the connection breaks before the first event", async () => {
    const outcome = await read([brokenEvents(": heartbeat\n\n", LOCATION), events(numbered(0))]);
    expect(outcome.data).toEqual([0]);
    expect(outcome.requests).toEqual([POST, ["GET", "/threads/t/runs/r/stream", "-1"]]);
  });

  it("does not yield the half of an event that came before the break", async () => {
    const half = `${numbered(0)}event: values\ndata: {"a`;
    expect((await read([brokenEvents(half, LOCATION), events(numbered(1))])).data).toEqual([0, 1]);
  });

  it("keeps the query when it reads on", async () => {
    const outcome = await read([brokenEvents(numbered(0), LOCATION), events("")], {
      query: { stream_mode: ["a", "b"] },
    });
    expect(outcome.requests[1]).toEqual(["GET", "/threads/t/runs/r/stream?stream_mode=a&stream_mode=b", "0"]);
  });

  it("gives up after five tries that bring nothing", async () => {
    const outcome = await read([brokenEvents(numbered(0), LOCATION), brokenConnection()]);
    expect(outcome.error).toMatchObject({ name: "ConnectionError" });
    expect(outcome.requests).toHaveLength(6);
  });

  it("tries again while the server is restarting, but not when the run is gone", async () => {
    const first = brokenEvents(numbered(0), LOCATION);
    expect((await read([first, text(503, "starting"), events(numbered(1))])).data).toEqual([0, 1]);
    expect((await read([first, text(404, "Run not found")])).error).toMatchObject({ status: 404 });
  });

  it("throws when the connection breaks and the server named no Location", async () => {
    const outcome = await read([brokenEvents(numbered(0))]);
    expect(outcome).toMatchObject({ data: [0], error: { name: "ConnectionError" }, requests: [POST] });
  });

  it("does not carry the key to another server", async () => {
    const outcome = await read([brokenEvents(numbered(0), { location: "http://evil.test/threads/t/runs/r/stream" })]);
    expect(String(outcome.error)).toContain("another one (http://evil.test)");
  });

  it("refuses an answer that is no event stream", async () => {
    expect(String((await read([json({})])).error)).toContain("expected an answer of type text/event-stream");
  });

  it("reads on when the connection is silent for too long", async () => {
    const silent: Answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream", ...LOCATION });
      response.write(numbered(0));
    };
    const outcome = await read([silent, events(numbered(1))], { idleReconnect: 250 });
    expect(outcome).toMatchObject({ data: [0, 1], error: undefined });
  });

  it("ends with the reason of the signal", async () => {
    const abort = new AbortController();
    const open: Answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream", ...LOCATION });
      response.write(numbered(0));
      abort.abort(new Error("enough"));
    };
    const outcome = await read([open], { signal: abort.signal });
    expect(String(outcome.error)).toContain("enough");
    expect(outcome.requests).toEqual([POST]);
  });

  it("closes the connection when the reader leaves the loop", async () => {
    let onClose = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      onClose = resolve;
    });
    await using server = await RecordingServer.start((response) => {
      response.on("close", () => onClose());
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(numbered(0));
    });
    const transport = new HttpTransport({ apiUrl: server.url, apiKey: null });
    const seen: DecodedEvent[] = [];
    for await (const event of streamEvents(transport, { path: "/stream" })) {
      seen.push(event);
      break;
    }
    await closed;
    expect(seen).toEqual([{ id: "0", event: "values", data: 0 }]);
  });
});
