import { expect, test } from "vitest";
import { DatabaseUnavailableError } from "./database-unavailable-error.ts";
import { untilAvailable } from "./until-available.ts";

function failing(times: number, error: Error): () => Promise<string> {
  let left = times;
  return () => (left-- > 0 ? Promise.reject(error) : Promise.resolve("done"));
}

test("is done again while the database is away", async () => {
  expect(await untilAvailable(failing(2, new DatabaseUnavailableError("away")))).toBe("done");
});

test("other errors are not tried again", async () => {
  const action = failing(1, new TypeError("wrong"));
  await expect(untilAvailable(action)).rejects.toThrow("wrong");
  expect(await action()).toBe("done");
});

test("ends with the last error when its signal aborts, also in a pause", async () => {
  const aborter = new AbortController();
  const waiting = untilAvailable(
    failing(Number.POSITIVE_INFINITY, new DatabaseUnavailableError("away")),
    aborter.signal,
  );
  queueMicrotask(() => aborter.abort());
  await expect(waiting).rejects.toThrow("away");
});
