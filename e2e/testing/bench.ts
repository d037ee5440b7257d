import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type Run } from "@langchain/langgraph-sdk";
import { afterAll, beforeAll } from "vitest";
import { CHECKLIST_CONFIG } from "./places.ts";
import { type RawAnswer, rawRequest } from "./raw-request.ts";
import { type ServerOptions, startServer, type TestServer } from "./server.ts";
import { until } from "./until.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON, and tests say what has to be in it
export type Json = any;

export interface Event {
  id?: string | undefined;
  event: string;
  data: Json;
}

/** A server that all tests of a file share, and what they say to it again and again. */
export class Bench {
  #server: TestServer | undefined;
  #client: Client | undefined;

  get server(): TestServer {
    if (this.#server === undefined) throw new Error("The server runs only within tests.");
    return this.#server;
  }

  get url(): string {
    return this.server.url;
  }

  /** The official client. */
  get client(): Client {
    this.#client ??= new Client({ apiUrl: this.url, apiKey: null, callerOptions: { maxRetries: 0 } });
    return this.#client;
  }

  async open(options: ServerOptions): Promise<void> {
    this.#server = await startServer(options);
  }

  async close(): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  /** One request; a body that is no text is sent as JSON. */
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<RawAnswer> {
    const text = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    return rawRequest(this.url, method, path, { headers: { ...type, ...headers }, ...text });
  }

  /** The JSON of an answer that has to be right. */
  async ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json> {
    const answer = await this.send(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  async thread(metadata: Record<string, unknown> = {}): Promise<string> {
    return (await this.client.threads.create({ metadata })).thread_id;
  }

  /** Runs to the end; the values it leaves. */
  wait(threadId: string | null, graph: string, body: Record<string, unknown> = {}): Promise<Json> {
    const path = threadId === null ? "/runs/wait" : `/threads/${threadId}/runs/wait`;
    return this.ask("POST", path, { assistant_id: graph, ...body });
  }

  create(threadId: string, graph: string, body: Record<string, unknown> = {}): Promise<Run> {
    return this.ask("POST", `/threads/${threadId}/runs`, { assistant_id: graph, ...body });
  }

  /** All events of a new run. */
  async stream(threadId: string | null, graph: string, body: Record<string, unknown> = {}): Promise<Event[]> {
    const path = threadId === null ? "/runs/stream" : `/threads/${threadId}/runs/stream`;
    const answer = await this.send("POST", path, { assistant_id: graph, ...body });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return parseEvents(answer.text);
  }

  /** All events of a stream that ends. */
  async events(path: string, headers: Record<string, string> = {}): Promise<Event[]> {
    return parseEvents((await this.send("GET", path, undefined, headers)).text);
  }

  status(threadId: string, runId: string, status: string): Promise<Run> {
    return until(`run ${runId} is ${status}`, async () => {
      const run: Run = await this.ask("GET", `/threads/${threadId}/runs/${runId}`);
      return run.status === status && run;
    });
  }

  threadStatus(threadId: string, status: string): Promise<Json> {
    return until(`thread ${threadId} is ${status}`, async () => {
      const thread = await this.ask("GET", `/threads/${threadId}`);
      return thread.status === status && thread;
    });
  }
}

/** A server for the tests of this file. */
export function useServer(options: Partial<ServerOptions> = {}): Bench {
  const bench = new Bench();
  beforeAll(() => bench.open({ config: CHECKLIST_CONFIG, ...options }));
  afterAll(() => bench.close());
  return bench;
}

/** A gate at which a graph waits until it is opened. */
export interface Gate extends AsyncDisposable {
  folder: string;
  open(): Promise<void>;
}

export async function newGate(): Promise<Gate> {
  const folder = await mkdtemp(join(tmpdir(), "heddle-gate-"));
  return {
    folder,
    open: () => writeFile(join(folder, "open"), ""),
    [Symbol.asyncDispose]: async () => {
      await writeFile(join(folder, "open"), "");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The events of a text as a server writes it; comments are left out. */
export function parseEvents(text: string): Event[] {
  return text
    .split("\n\n")
    .map((block) => block.split("\n").filter((line) => line !== "" && !line.startsWith(":")))
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field("data");
      return { id: field("id"), event: field("event") ?? "", data: data === undefined ? undefined : JSON.parse(data) };
    });
}

/** What a client throws: `HTTP 404: …`. */
export async function failureOf(promise: Promise<unknown>): Promise<{ status?: number; message: string }> {
  try {
    await promise;
  } catch (error) {
    return error as { status?: number; message: string };
  }
  throw new Error("It did not fail.");
}
