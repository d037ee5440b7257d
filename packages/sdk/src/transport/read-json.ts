import { ConnectionError } from "./connection-error.ts";

/** The body of an answer as JSON, undefined without one. A wait writes white space while it waits, which JSON allows. */
export async function readJson<T>(response: Response): Promise<T> {
  const text = await response.text().catch((cause: unknown) => {
    // fetch throws TypeError when a connection breaks, the signal's reason when it was aborted.
    if (cause instanceof TypeError)
      throw new ConnectionError("The connection broke while the answer was read.", { cause });
    throw cause;
  });
  return (text.trim() === "" ? undefined : JSON.parse(text)) as T;
}
