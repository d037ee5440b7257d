import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { type Client, HTTPError } from "@heddle/sdk";
import { collect } from "./collect.ts";

export interface SeenEvent {
  id?: string | undefined;
  event: string;
  data: unknown;
}

/** What one client saw of its run. */
export interface SeenRun {
  threadId: string;
  runId: string;
  events: SeenEvent[];
}

/** Does something until it succeeds: servers go and come. What a server refuses is not asked for again. */
export async function persistently<T>(action: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (isRefusal(error) || Date.now() > deadline) throw error;
      await wait(50);
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof HTTPError && error.status < 500;
}

/** Asks for one run of the graph `receipts` on a thread of its own, and reads its stream to the end, whatever breaks meanwhile. */
export async function payAndRead(client: Client, folder: string): Promise<SeenRun> {
  const threadId = randomUUID();
  await persistently(() => client.threads.create({ threadId, ifExists: "do_nothing" }));
  const runId = await persistently(() => ask(client, threadId, folder));
  const events: SeenEvent[] = [];
  await persistently(async () => {
    const lastEventId = events.at(-1)?.id ?? "-1";
    for await (const event of client.runs.joinStream(threadId, runId, { lastEventId })) events.push(event);
    const { status } = await client.runs.get(threadId, runId);
    if (status === "pending" || status === "running") throw new Error("The stream ended before its run.");
  });
  return { threadId, runId, events };
}

/** Whoever does not know whether the run was created asks again with the same key, so that there is one only. */
async function ask(client: Client, threadId: string, folder: string): Promise<string> {
  const run = await client.runs.create(threadId, "receipts", {
    input: { folder },
    streamMode: "updates",
    streamResumable: true,
    durability: "sync",
    multitaskStrategy: "reject",
    idempotencyKey: threadId,
  });
  return run.run_id;
}

/** The whole stream again, from its beginning. */
export function readAgain(client: Client, { threadId, runId }: SeenRun): Promise<SeenEvent[]> {
  return collect(client.runs.joinStream(threadId, runId, { lastEventId: "-1" }));
}
