import { ConnectionError } from "./connection-error.ts";
import type { HttpTransport } from "./http-transport.ts";
import { readJson } from "./read-json.ts";
import { isPassing, MAX_RECONNECTS, reconnectDelayMs } from "./reconnect.ts";
import type { Request } from "./request.ts";
import { samePlace } from "./same-place.ts";

/**
 * The answer of a request that is held open until a run has ended. When the connection breaks meanwhile, the answer is fetched
 * from the `Location` that the server named: asking anew would start a second run.
 */
export async function awaitAnswer<T>(
  transport: HttpTransport,
  request: Request,
  onOpen?: (response: Response) => void,
): Promise<T> {
  let response: Response | undefined = await transport.send({ ...request, timeoutMs: null });
  onOpen?.(response);
  const location = response.headers.get("location");
  for (let failures = 0; ; ) {
    try {
      response ??= await transport.send(continuation(transport, request, location));
      return await readJson<T>(response);
    } catch (error) {
      request.signal?.throwIfAborted();
      response = undefined;
      failures += 1;
      if (!isPassing(error) || location === null || failures > MAX_RECONNECTS) throw error;
    }
    await transport.pause(reconnectDelayMs(failures, Math.random()), request.signal);
  }
}

function continuation(transport: HttpTransport, request: Request, location: string | null): Request {
  if (location === null) throw new ConnectionError("There is no place to continue at.");
  return { path: samePlace(transport.apiUrl, location), signal: request.signal, timeoutMs: null, maxRetries: 0 };
}
