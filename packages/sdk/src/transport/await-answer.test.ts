import { expect, it } from "vitest";
import {
  type Answer,
  brokenConnection,
  brokenEvents,
  json,
  RecordingServer,
  text,
} from "../../testing/recording-server.ts";
import { awaitAnswer } from "./await-answer.ts";
import { HttpTransport } from "./http-transport.ts";

const broken = brokenEvents("\n", { location: "/threads/t/runs/r/join" });

async function ask(...answers: Answer[]): Promise<{ answer: unknown; requests: string[] }> {
  await using server = await RecordingServer.start(...answers);
  const transport = new HttpTransport({ apiUrl: server.url, apiKey: null }, async () => undefined);
  const asked = awaitAnswer(transport, { method: "POST", path: "/threads/t/runs/wait", json: {} });
  const answer = await asked.catch((error: Error) => error.name);
  return { answer, requests: server.requests.map(({ method, path }) => `${method} ${path}`) };
}

it("answers with what the server says in the end", async () => {
  expect((await ask(json({ done: true }))).answer).toEqual({ done: true });
});

it("fetches the answer from the Location when the connection breaks, and starts no second run", async () => {
  expect(await ask(broken, brokenConnection(), text(503, "starting"), json({ done: true }))).toEqual({
    answer: { done: true },
    requests: ["POST /threads/t/runs/wait", ...Array(3).fill("GET /threads/t/runs/r/join")],
  });
});

it("gives up after five tries more", async () => {
  const { answer, requests } = await ask(broken, brokenConnection());
  expect(answer).toBe("ConnectionError");
  expect(requests).toHaveLength(6);
});

it("throws when the server named no Location", async () => {
  const { answer, requests } = await ask(brokenEvents("\n"));
  expect(answer).toBe("ConnectionError");
  expect(requests).toHaveLength(1);
});
