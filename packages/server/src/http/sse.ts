import type { LoggedEvent } from "@heddle/backend";
import type { RunSubscription } from "../events/subscribe.ts";

/** Clients arm their idle watch by these comments. */
const HEARTBEAT_MS = 5000;

const HEARTBEAT = ": heartbeat\n\n";

export interface SseOptions {
  headers: Record<string, string>;
  /** Only these events; undefined for all. */
  isWanted?: ((event: string) => boolean) | undefined;
  /** The client went away before the run ended. */
  onDisconnect(): void;
}

/**
 * A run's events as an event stream (WHATWG HTML §9.2). The next events are taken only when the client has read the former
 * ones, so that a slow client costs a bounded queue (see RunSubscription). Written by hand because Hono's helper is 200 times
 * slower (`decisions/0003`).
 */
export function sseResponse(subscription: RunSubscription, options: SseOptions): Response {
  const encoder = new TextEncoder();
  let isOver = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const events = await subscription.next(HEARTBEAT_MS);
        if (isOver) return;
        if (events === undefined) {
          isOver = true;
          subscription.close();
          controller.close();
          return;
        }
        const text = events.length === 0 ? HEARTBEAT : encode(events, options.isWanted);
        controller.enqueue(encoder.encode(text));
      } catch (error) {
        isOver = true;
        subscription.close();
        controller.error(error);
      }
    },
    cancel() {
      if (isOver) return;
      isOver = true;
      subscription.close();
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

function encode(events: readonly LoggedEvent[], isWanted: ((event: string) => boolean) | undefined): string {
  let text = "";
  for (const { event, data, seq } of events) {
    if (isWanted === undefined || isWanted(event)) text += `event: ${event}\ndata: ${data}\nid: ${seq}\n\n`;
  }
  return text === "" ? HEARTBEAT : text;
}
