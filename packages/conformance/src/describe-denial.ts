import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTEMPTS, type Attempt } from "./isolation-attempts.ts";
import { sendAttempt, titleOf } from "./send-attempt.ts";

/** A running server that knows its user, and has no handler that allows anything. */
export interface DenialBench {
  url: string;
  /** The headers by which the user is known. */
  user: Record<string, string>;
  /** A graph of the server. */
  graphId: string;
  close(): Promise<void>;
}

/** What nobody has decided is refused, on every route: none of them forgets to ask. */
export function describeDenial(name: string, open: () => Promise<DenialBench>): void {
  describe(`denial on ${name}`, () => {
    let bench: DenialBench;
    beforeAll(async () => {
      bench = await open();
    });
    afterAll(() => bench?.close());

    const ids = Object.fromEntries(
      ["assistant", "thread", "run", "checkpoint", "cron", "delivery"].map((kind) => [kind, randomUUID()]),
    );

    test.each(ATTEMPTS.map((attempt) => [titleOf(attempt), attempt] as const))("%s", async (_, attempt) => {
      const response = await sendAttempt(bench, bench.user, attempt, ids);
      const text = await response.text();
      expect({ status: response.status, text }).toEqual({
        status: namesAssistant(attempt) ? 404 : 403,
        text: expect.any(String),
      });
    });
  });
}

/** What a run is of is looked up before anybody is asked whether it may be created. */
function namesAssistant({ route, body }: Attempt): boolean {
  return route.includes("/runs") && JSON.stringify(body ?? null).includes('"assistant_id":"{assistant}"');
}
