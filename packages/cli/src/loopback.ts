/**
 * Lets `new Client()` of the official SDK, called from a graph or a route of the project's own app, reach this server without the
 * network: the SDK looks for these symbols.
 */
export function publishLoopback(fetch: (request: Request) => Response | Promise<Response>, url: string): void {
  Object.assign(globalThis, {
    [Symbol.for("langgraph_api:url")]: url,
    [Symbol.for("langgraph_api:fetch")]: async (input: string | URL | Request, init?: RequestInit) =>
      fetch(new Request(input, init)),
  });
}
