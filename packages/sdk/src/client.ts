import { AssistantsClient } from "./assistants/assistants-client.ts";
import type { ClientConfig } from "./client-config.ts";
import { CronsClient } from "./crons/crons-client.ts";
import { RunsClient } from "./runs/runs-client.ts";
import { StoreClient } from "./store/store-client.ts";
import type { DefaultValues } from "./threads/thread.ts";
import { ThreadsClient } from "./threads/threads-client.ts";
import { HttpTransport } from "./transport/http-transport.ts";

/**
 * Talks to an Agent Server: Heddle's, or any other that speaks the LangGraph API. The type parameters are the state of the
 * threads, the update a node makes, and what nodes write to the `custom` stream.
 *
 * @example
 * ```ts
 * const client = new Client<{ messages: Message[] }>({ apiUrl: "http://localhost:2024" });
 * const thread = await client.threads.create();
 * const input = { messages: [{ role: "user", content: "who made you?" }] };
 * for await (const event of client.runs.stream(thread.thread_id, "agent", { input, streamMode: "updates" })) {
 *   console.log(event.event, event.data);
 * }
 * ```
 *
 * What all methods have in common:
 * - They take a `signal`; aborting it ends the call, and a stream, with the signal's reason.
 * - An answer that is not 2xx throws `HTTPError`; a server out of reach throws `ConnectionError`.
 * - Connections that fail, 429 and 5xx are tried again, four times unless `callerOptions.maxRetries` says otherwise, after a
 *   pause that doubles each time or that `Retry-After` names. What would take effect twice, such as creating a run, is sent again
 *   only when it certainly took none.
 * - Streams whose connection breaks go on where they were, when the server offers it.
 */
export class Client<State = DefaultValues, Update = State, Custom = unknown> {
  readonly assistants: AssistantsClient;
  readonly threads: ThreadsClient<State, Update>;
  readonly runs: RunsClient<State, Update, Custom>;
  readonly crons: CronsClient;
  readonly store: StoreClient;

  constructor(options: ClientConfig = {}) {
    const transport = new HttpTransport(options);
    this.assistants = new AssistantsClient(transport);
    this.threads = new ThreadsClient(transport);
    this.runs = new RunsClient(transport);
    this.crons = new CronsClient(transport);
    this.store = new StoreClient(transport);
  }
}
