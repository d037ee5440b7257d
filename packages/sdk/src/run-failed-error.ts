/** A run that was waited for failed. `error` is the name of the error in the graph. */
export class RunFailedError extends Error {
  override readonly name = "RunFailedError";
  readonly error: string;

  constructor(failure: { error: string; message: string }) {
    super(`${failure.error}: ${failure.message}`);
    this.error = failure.error;
  }
}

/** The failure inside the answer of `wait` and `join`, whose status is 200 in any case. */
export function failureIn(values: unknown): { error: string; message: string } | undefined {
  if (typeof values !== "object" || values === null || !("__error__" in values)) return undefined;
  const failure: unknown = values.__error__;
  if (typeof failure !== "object" || failure === null) return undefined;
  const { error, message } = failure as Record<string, unknown>;
  return { error: String(error ?? "Error"), message: String(message ?? "") };
}
