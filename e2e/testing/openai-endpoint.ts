import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the endpoint is asked: the body of a chat completion. */
export interface CompletionRequest {
  model: string;
  messages: { role: string; content: unknown }[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  tools?: unknown[];
}

export type CompletionReply = { tokens: string[] } | { toolCall: { name: string; arguments: string } };

const USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

/** A local endpoint that speaks OpenAI's chat completions, at once and streamed. */
export class OpenAIEndpoint implements AsyncDisposable {
  readonly requests: (CompletionRequest & { authorization: string | undefined })[] = [];
  readonly #server: Server;
  readonly #reply: (request: CompletionRequest) => CompletionReply;

  private constructor(reply: (request: CompletionRequest) => CompletionReply) {
    this.#reply = reply;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(reply: (request: CompletionRequest) => CompletionReply): Promise<OpenAIEndpoint> {
    const endpoint = new OpenAIEndpoint(reply);
    await new Promise<void>((resolve) => endpoint.#server.listen(0, "127.0.0.1", resolve));
    return endpoint;
  }

  /** The value for OPENAI_BASE_URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as CompletionRequest;
    this.requests.push({ ...body, authorization: request.headers.authorization });
    const reply = this.#reply(body);
    const id = `chatcmpl-${this.requests.length}`;
    if (body.stream) sendStream(response, head(body.model, id, "chat.completion.chunk"), body, reply);
    else sendWhole(response, head(body.model, id, "chat.completion"), reply);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function sendWhole(response: ServerResponse, start: object, reply: CompletionReply): void {
  const message = "tokens" in reply ? { content: reply.tokens.join("") } : { content: null, tool_calls: [call(reply)] };
  const choice = { index: 0, message: { role: "assistant", ...message }, finish_reason: reason(reply), logprobs: null };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ ...start, choices: [choice], usage: USAGE }));
}

function sendStream(response: ServerResponse, start: object, request: CompletionRequest, reply: CompletionReply): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (fields: object): void => void response.write(`data: ${JSON.stringify({ ...start, ...fields })}\n\n`);
  const sendDelta = (delta: object, finish_reason: string | null = null): void =>
    send({ choices: [{ index: 0, delta, finish_reason, logprobs: null }] });
  sendDelta({ role: "assistant", content: "" });
  if ("tokens" in reply) for (const content of reply.tokens) sendDelta({ content });
  else sendDelta({ tool_calls: [{ index: 0, ...call(reply) }] });
  sendDelta({}, reason(reply));
  if (request.stream_options?.include_usage) send({ choices: [], usage: USAGE });
  response.end("data: [DONE]\n\n");
}

function head(model: string, id: string, object: string): object {
  return { id, object, created: 1_700_000_000, model, system_fingerprint: "fp_157b3831f5" };
}

function call(reply: Extract<CompletionReply, { toolCall: unknown }>): object {
  return { id: "call_e2e", type: "function", function: reply.toolCall };
}

function reason(reply: CompletionReply): string {
  return "tokens" in reply ? "stop" : "tool_calls";
}
