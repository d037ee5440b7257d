import { Agent, request } from "node:http";

/** A client with kept-alive connections. */
export function createClient(port, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const post = (path, value) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(value);
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const outgoing = request({ port, host: "127.0.0.1", path, method: "POST", agent, headers }, (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk) => (text += chunk));
        incoming.on("end", () =>
          incoming.statusCode < 300 ? resolve(text === "" ? undefined : JSON.parse(text)) : reject(new Error(text)),
        );
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  return {
    post,
    createThread: async () => (await post("/threads", {})).thread_id,
    wait: (thread, graph) => post(`/threads/${thread}/runs/wait`, { assistant_id: graph, input: { count: 1 } }),
    close: () => agent.destroy(),
  };
}
