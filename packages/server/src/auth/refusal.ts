/** An answer that an authenticator or a handler of the user's code chose itself, by throwing its HTTPException. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, options: { headers?: Record<string, string>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Refusal";
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

/** Whatever user code threw: its HTTPException, whichever copy of the SDK it came from, is known by `status` and `headers`. */
export function toRefusal(thrown: unknown): unknown {
  if (typeof thrown !== "object" || thrown === null || !("status" in thrown) || !("headers" in thrown)) return thrown;
  const { status, headers, message } = thrown as { status: unknown; headers: unknown; message?: unknown };
  if (typeof status !== "number" || status < 400 || status > 599) return thrown;
  const given = Object.fromEntries(new Headers((headers ?? {}) as HeadersInit));
  return new Refusal(status, typeof message === "string" && message !== "" ? message : "Refused", {
    headers: given,
    cause: thrown,
  });
}
