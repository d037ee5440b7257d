import { Agent, request } from "node:http";

/** A client with kept-alive connections; costs as little as Node allows. */
export function createClient(port, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send = (path, body, onChunk) =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const outgoing = request({ port, host: "127.0.0.1", path, method: "POST", agent, headers }, (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk) => {
          text += chunk;
          onChunk?.(text);
        });
        incoming.on("end", () =>
          incoming.statusCode < 300 ? resolve(text) : reject(new Error(`${incoming.statusCode} ${text}`)),
        );
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  return {
    createThread: async () => JSON.parse(await send("/threads", "{}")).thread_id,
    wait: (thread) => send(`/threads/${thread}/runs/wait`, WAIT_BODY),
    /** Milliseconds from the request to the first event, and to the end of the stream. */
    stream: async (thread) => {
      const began = performance.now();
      let firstMs;
      await send(`/threads/${thread}/runs/stream`, STREAM_BODY, (text) => {
        if (firstMs === undefined && text.includes("\n\n")) firstMs = performance.now() - began;
      });
      return { firstMs, totalMs: performance.now() - began };
    },
    close: () => agent.destroy(),
  };
}

const WAIT_BODY = JSON.stringify({ assistant_id: "one", input: { count: 1 } });
const STREAM_BODY = JSON.stringify({ assistant_id: "one", input: { count: 1 }, stream_mode: ["updates"] });

/** Runs `act` `total` times, `concurrency` at a time; milliseconds of each, and how many per second. */
export async function load(total, concurrency, act) {
  const times = [];
  let left = total;
  const began = performance.now();
  const loop = async () => {
    while (left-- > 0) {
      const start = performance.now();
      await act();
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return { times, perSecond: total / ((performance.now() - began) / 1000) };
}

export function quantile(values, q) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}
