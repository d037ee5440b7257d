import type { RunResult } from "../events/live-runs.ts";
import type { RunEnd } from "../events/run-end.ts";

/** A run that ends within this time is answered in one piece; after it white space keeps the connection alive. */
const SHORT_MS = 1000;
const KEEP_ALIVE_MS = 5000;

export interface AnswerOptions {
  headers: Record<string, string>;
  /** Aborts when the client goes away; undefined when that does not matter, since it costs a little to watch. */
  signal?: AbortSignal | undefined;
  onDisconnect(): void;
}

/**
 * The final values of a run as JSON, once it has ended. Line feeds before the JSON keep proxies and clients from giving up
 * (white space is legal there, RFC 8259 §2), hence a failure is told in the body, as `__error__`.
 */
export async function answerResponse(end: RunEnd, options: AnswerOptions): Promise<Response> {
  const headers = { "content-type": "application/json", ...options.headers };
  let isOver = false;
  const leave = () => {
    if (isOver) return;
    isOver = true;
    end.close();
    options.onDisconnect();
  };
  options.signal?.addEventListener("abort", leave, { once: true });
  const early = await end.wait(SHORT_MS);
  if (early !== undefined) {
    isOver = true;
    end.close();
    return new Response(toAnswer(early), { headers });
  }
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const result = await end.wait(KEEP_ALIVE_MS);
      if (isOver) return;
      if (result === undefined) {
        controller.enqueue(encoder.encode("\n"));
        return;
      }
      isOver = true;
      end.close();
      controller.enqueue(encoder.encode(toAnswer(result)));
      controller.close();
    },
    cancel: leave,
  });
  return new Response(body, { headers });
}

function toAnswer({ error, valuesJson }: RunResult): string {
  return error === undefined ? (valuesJson ?? "null") : JSON.stringify({ __error__: error });
}
