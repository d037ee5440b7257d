/** Clients arm their idle watch by these comments. */
const HEARTBEAT_MS = 5000;

const HEARTBEAT = ": heartbeat\n\n";

/** What a stream is read from. */
export interface EventReader {
  /** The next events; an empty list when none came within `patienceMs`; undefined at the end. */
  next(patienceMs: number): Promise<readonly SseEvent[] | undefined>;
  close(): void;
}

export interface SseEvent {
  event: string;
  /** JSON text. */
  data: string;
  /** Its id for the client; undefined for an event nobody can go on after. */
  seq: number | string | undefined;
}

export interface SseOptions {
  headers: Record<string, string>;
  /** Only these events; undefined for all. */
  isWanted?: ((event: string) => boolean) | undefined;
  /** The client went away before the run ended. */
  onDisconnect(): void;
  /** Called once, when nothing more is read. */
  onClose(): void;
}

/**
 * Events as an event stream (WHATWG HTML §9.2). The next events are taken only when the client has read the former
 * ones, so that a slow client costs a bounded queue (see RunSubscription). Written by hand because Hono's helper is 200 times
 * slower (`decisions/0003`).
 */
export function sseResponse(subscription: EventReader, options: SseOptions): Response {
  const encoder = new TextEncoder();
  let isOver = false;
  const end = () => {
    isOver = true;
    subscription.close();
    options.onClose();
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const events = await subscription.next(HEARTBEAT_MS);
        if (isOver) return;
        if (events === undefined) {
          end();
          controller.close();
          return;
        }
        const text = events.length === 0 ? HEARTBEAT : encode(events, options.isWanted);
        controller.enqueue(encoder.encode(text));
      } catch (error) {
        if (!isOver) end();
        controller.error(error);
      }
    },
    cancel() {
      if (isOver) return;
      end();
      options.onDisconnect();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
      ...options.headers,
    },
  });
}

function encode(events: readonly SseEvent[], isWanted: ((event: string) => boolean) | undefined): string {
  let text = "";
  for (const { event, data, seq } of events) {
    if (isWanted === undefined || isWanted(event))
      text += `event: ${event}\ndata: ${data}\n${seq === undefined ? "" : `id: ${seq}\n`}\n`;
  }
  return text === "" ? HEARTBEAT : text;
}
