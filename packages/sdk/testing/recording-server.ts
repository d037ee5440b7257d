import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

export interface RecordedRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined without a body. */
  body: unknown;
}

export type Answer = (response: ServerResponse, request: RecordedRequest) => void;

/** A real HTTP server that writes down what it is asked and answers what the test says. */
export class RecordingServer implements AsyncDisposable {
  readonly requests: RecordedRequest[] = [];
  readonly #server: Server;
  readonly #answers: Answer[];

  private constructor(answers: Answer[]) {
    this.#answers = answers;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** The answers are given in turn, the last one from then on. */
  static async start(...answers: Answer[]): Promise<RecordingServer> {
    const recording = new RecordingServer(answers);
    await new Promise<void>((resolve) => recording.#server.listen(0, "127.0.0.1", resolve));
    return recording;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const recorded = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
    this.requests.push(recorded);
    const answer = this.#answers[Math.min(this.requests.length, this.#answers.length) - 1] ?? json({});
    answer(response, recorded);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function json(value: unknown, headers: Record<string, string> = {}, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

export function nothing(status = 204): Answer {
  return (response) => {
    response.writeHead(status);
    response.end();
  };
}

/** An event stream that ends as it should. */
export function events(body: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream", ...headers });
    response.end(body);
  };
}

/** An event stream whose connection breaks after this. */
export function brokenEvents(body: string, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream", ...headers });
    response.write(body, () => response.destroy());
    if (body === "") response.flushHeaders();
  };
}

/** The connection breaks before anything was said. */
export function brokenConnection(): Answer {
  return (response) => void response.socket?.destroy();
}
