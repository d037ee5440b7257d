/** A worker came to write for a run that is no longer its own: someone else has taken it up, or it has ended or gone. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";

  constructor(runId: string, attempt: number) {
    super(`Attempt ${attempt} of run "${runId}" has lost its lease; what it came to write was not stored.`);
  }
}
