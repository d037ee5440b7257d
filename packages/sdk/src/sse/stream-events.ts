import { ConnectionError } from "../transport/connection-error.ts";
import type { HttpTransport } from "../transport/http-transport.ts";
import { isPassing, MAX_RECONNECTS, reconnectDelayMs } from "../transport/reconnect.ts";
import type { Request } from "../transport/request.ts";
import { samePlace } from "../transport/same-place.ts";
import { BodyReader } from "./body-reader.ts";
import { type DecodedEvent, decodeEvents } from "./decode-events.ts";
import { type IdleReconnectMode, IdleWatch } from "./idle-watch.ts";

export interface EventStreamRequest extends Request {
  /** Sees the first answer before any event. */
  onOpen?: (response: Response) => void;
  idleReconnect?: IdleReconnectMode | undefined;
}

/**
 * Reads an event stream to its end, over as many connections as it takes. When one breaks and the server had named the stream's
 * place in `Location`, reading goes on there after the last event seen: up to five tries in a row that bring no event. A stream
 * that ends is over; one that broke and cannot be continued throws.
 */
export async function* streamEvents(
  transport: HttpTransport,
  request: EventStreamRequest,
): AsyncGenerator<DecodedEvent, void, undefined> {
  const reading: Reading = { lastEventId: request.headers?.["last-event-id"], location: undefined };
  let response: Response | undefined = await openStream(transport, request);
  request.onOpen?.(response);
  for (let failures = 0; ; ) {
    let broken: unknown;
    try {
      response ??= await openStream(transport, continuation(transport, request, reading));
      reading.location = response.headers.get("location") ?? reading.location;
      for await (const event of readEvents(response, request.idleReconnect ?? "auto")) {
        failures = 0;
        reading.lastEventId = event.id ?? reading.lastEventId;
        yield event;
      }
      return;
    } catch (error) {
      broken = error;
    }
    request.signal?.throwIfAborted();
    response = undefined;
    failures += 1;
    if (!isPassing(broken) || reading.location === undefined || failures > MAX_RECONNECTS) throw broken;
    await transport.pause(reconnectDelayMs(failures, Math.random()), request.signal);
  }
}

interface Reading {
  lastEventId: string | undefined;
  location: string | undefined;
}

async function openStream(transport: HttpTransport, request: Request): Promise<Response> {
  const response = await transport.send({ ...request, limits: "opening" });
  const type = response.headers.get("content-type") ?? "none";
  if (type.startsWith("text/event-stream")) return response;
  await response.body?.cancel();
  throw new Error(`${request.path}: expected an answer of type text/event-stream, got ${type}.`);
}

/** The request that reads on: at the stream's place, after the last event seen, or from its beginning when there was none. */
function continuation(transport: HttpTransport, request: Request, reading: Reading): Request {
  return {
    path: samePlace(transport.apiUrl, reading.location ?? request.path),
    query: request.query ?? {},
    headers: { "last-event-id": reading.lastEventId ?? "-1" },
    signal: request.signal,
    maxRetries: 0,
  };
}

async function* readEvents(response: Response, mode: IdleReconnectMode): AsyncGenerator<DecodedEvent, void, undefined> {
  const body = new BodyReader(response);
  const watch = new IdleWatch(mode, () =>
    body.breakOff(new ConnectionError("The connection was silent for too long.")),
  );
  try {
    yield* decodeEvents(watched(body, watch), () => watch.heartbeat());
  } finally {
    watch.stop();
  }
}

async function* watched(bytes: BodyReader, watch: IdleWatch): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bytes) {
    watch.alive();
    yield chunk;
  }
}
