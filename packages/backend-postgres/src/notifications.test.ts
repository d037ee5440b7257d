import { newRun } from "@heddle/conformance";
import { expect, test } from "vitest";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { openDatabase } from "./open-database.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

await describeOnPostgres("notifications", ({ url, schema }) => {
  test("a process that is alone tells nobody; from when another comes, it is told", async () => {
    const database = await openDatabase({ url, schema });
    await using alone = await openPostgresBackend({ url, schema });
    const heard = await listenTo(database.newClient(), database.channel);
    await alone.queue.offer(newRun());
    await heard.untilQuiet();
    // But its own greeting.
    expect(heard.payloads.filter((payload) => !payload.includes('"hello"'))).toEqual([]);
    await using _other = await openPostgresBackend({ url, schema });
    await heard.until((payload) => payload.includes('"look"'));
    const run = newRun();
    await alone.queue.offer(run);
    await heard.until((payload) => payload.includes(run.threadId));
    // What the other says to itself at first is no news.
    expect(heard.payloads.find((payload) => payload.includes("\n"))).toContain('"hello"');
    await heard.close();
    await database.close();
  });

  test("a process whose greeting was lost is found by looking", async () => {
    const database = await openDatabase({ url, schema });
    await using _alone = await openPostgresBackend({ url, schema });
    const heard = await listenTo(database.newClient(), database.channel);
    const silent = database.newClient();
    await silent.connect();
    await silent.query(database.text("SELECT heddle.begin_process(NULL)"));
    await heard.until((payload) => payload.includes('"look"'));
    await silent.end();
    await heard.close();
    await database.close();
  });
});

type Client = ReturnType<Awaited<ReturnType<typeof openDatabase>>["newClient"]>;

async function listenTo(client: Client, channel: string) {
  const payloads: string[] = [];
  const waiting = new Set<() => void>();
  client.on("notification", ({ payload = "" }) => {
    payloads.push(payload);
    for (const look of waiting) look();
  });
  await client.connect();
  await client.query(`LISTEN ${channel}`);
  const until = (isIt: (payload: string) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!payloads.some(isIt)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  /** What was told before arrives before what is told now. */
  const untilQuiet = async () => {
    await client.query(`SELECT pg_notify('${channel}', 'quiet')`);
    await until((payload) => payload === "quiet");
    payloads.splice(payloads.indexOf("quiet"), 1);
  };
  return { payloads, until, untilQuiet, close: () => client.end() };
}
