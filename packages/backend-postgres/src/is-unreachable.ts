/**
 * Whether an error says that the server cannot be reached or cannot write just now: errors of the network, those of class 57P (it
 * starts, stops, or was told to end the connection), of class 53 (no disk, no memory, no connection left), and 25006 (it is a
 * standby). Also the error that wraps such a one.
 */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnreachable);
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return (
    /^(ECONN|ETIMEDOUT|EHOST|ENET|EPIPE|EAI_AGAIN|ENOTFOUND|57P|53|25006|08)/.test(code) ||
    (code === "" && /timeout|terminated|not queryable|connection error/i.test(error.message)) ||
    (error.cause !== undefined && isUnreachable(error.cause))
  );
}
