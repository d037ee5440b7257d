/** The server was not reached, or the connection broke. The `cause` is what fetch threw. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** Failures before the first byte of a request left: the server has not seen it. */
const UNSENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether the request certainly never reached the server, and so may be sent again whatever it does. */
export function isUnsent(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string" && UNSENT.has(at.code)) return true;
    // localhost has two addresses; refused at both, Node throws both errors in one.
    if (at instanceof AggregateError && at.errors.length > 0 && at.errors.every(isUnsent)) return true;
  }
  return false;
}
