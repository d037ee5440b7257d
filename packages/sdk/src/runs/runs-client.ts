import type { CancelAction, Run, StreamMode } from "@heddle/protocol";
import { failureIn, RunFailedError } from "../run-failed-error.ts";
import type { Signalled } from "../signalled.ts";
import { streamEvents } from "../sse/stream-events.ts";
import type { DefaultValues } from "../threads/thread.ts";
import { awaitAnswer } from "../transport/await-answer.ts";
import type { HttpTransport } from "../transport/http-transport.ts";
import { readJson } from "../transport/read-json.ts";
import type { Request } from "../transport/request.ts";
import { path } from "../transport/request-url.ts";
import { toRunBody } from "./run-body.ts";
import { runInLocation } from "./run-location.ts";
import type {
  CancelManyOptions,
  JoinStreamOptions,
  RunCreated,
  RunListOptions,
  RunsCreatePayload,
  RunsInvokePayload,
  RunsStreamPayload,
  RunsWaitPayload,
} from "./run-payload.ts";
import type { RunStreamEvent, StreamEventOf } from "./run-stream-event.ts";

/** Runs: executions of an assistant on a thread, or without one (`threadId` null). */
export class RunsClient<State = DefaultValues, Update = State, Custom = unknown> {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  /**
   * Creates a run and reads its events. Nothing is sent before the first event is asked for. Leaving the loop closes the
   * connection; `onDisconnect` says what becomes of the run then.
   */
  async *stream<Mode extends StreamMode | StreamMode[] = "values", Subgraphs extends boolean = false>(
    threadId: string | null,
    assistantId: string,
    payload: RunsStreamPayload<Mode, Subgraphs> = {},
  ): AsyncGenerator<RunStreamEvent<Mode, Subgraphs, State, Update, Custom>, void, undefined> {
    const events = streamEvents(this.#transport, {
      ...creation(threadId, assistantId, payload, "/stream"),
      query: { namespace: payload.streamNamespaces },
      idleReconnect: payload.streamIdleReconnect,
      onOpen: announceRun(payload),
    });
    // The server promises that the names and data of the events fit the modes asked for.
    yield* events as AsyncGenerator<RunStreamEvent<Mode, Subgraphs, State, Update, Custom>, void, undefined>;
  }

  /** Creates a run and leaves it to the server. */
  async create(threadId: string | null, assistantId: string, payload: RunsCreatePayload = {}): Promise<Run> {
    const response = await this.#transport.send(creation(threadId, assistantId, payload));
    announceRun(payload)(response);
    return readJson(response);
  }

  /** Creates stateless runs, all or none. */
  createBatch(
    payloads: (Omit<RunsCreatePayload, "signal" | "onRunCreated" | "idempotencyKey"> & { assistantId: string })[],
    options: Signalled = {},
  ): Promise<Run[]> {
    const json = payloads.map((payload) => toRunBody(payload.assistantId, payload));
    return this.#transport.json({ method: "POST", path: "/runs/batch", json, signal: options.signal });
  }

  /** Creates a run and waits for the state it ends in. */
  async wait(threadId: string | null, assistantId: string, payload: RunsWaitPayload = {}): Promise<State> {
    const request = creation(threadId, assistantId, payload, "/wait");
    const values = await awaitAnswer<State>(this.#transport, request, announceRun(payload));
    const failure = failureIn(values);
    if (failure !== undefined && payload.raiseError !== false) throw new RunFailedError(failure);
    return values;
  }

  /** Newest first. */
  list(threadId: string, options: RunListOptions = {}): Promise<Run[]> {
    const { limit = 10, offset = 0, status, select } = options;
    const query = { limit, offset, status, select };
    return this.#transport.json({ path: runsOf(threadId), query, signal: options.signal });
  }

  get(threadId: string, runId: string, options: Signalled = {}): Promise<Run> {
    return this.#transport.json({ path: path`/threads/${threadId}/runs/${runId}`, signal: options.signal });
  }

  /**
   * Ends a run. `wait` answers only when it has ended. `rollback` deletes it and what it wrote. `reason: "taken"` notes that its
   * input was taken over by another run.
   */
  async cancel(
    threadId: string,
    runId: string,
    wait = false,
    action: CancelAction = "interrupt",
    options: Signalled & { reason?: "taken" } = {},
  ): Promise<void> {
    await this.#transport.json({
      method: "POST",
      path: path`/threads/${threadId}/runs/${runId}/cancel`,
      query: { wait: wait ? "1" : "0", action, reason: options.reason },
      signal: options.signal,
      isRepeatable: true,
    });
  }

  async cancelMany(options: CancelManyOptions): Promise<void> {
    await this.#transport.json({
      method: "POST",
      path: "/runs/cancel",
      query: { action: options.action },
      json: { thread_id: options.threadId, run_ids: options.runIds, status: options.status },
      signal: options.signal,
      isRepeatable: true,
    });
  }

  /** Waits for the state a run ends in. Of a run that failed the answer is `{ __error__ }`; nothing is thrown. */
  join(threadId: string, runId: string, options: Signalled & { cancelOnDisconnect?: boolean } = {}): Promise<State> {
    const query = { cancel_on_disconnect: options.cancelOnDisconnect ? "1" : "0" };
    const at = path`/threads/${threadId}/runs/${runId}/join`;
    return awaitAnswer(this.#transport, { path: at, query, signal: options.signal });
  }

  /** Reads the events of a run that exists. */
  joinStream(
    threadId: string | null | undefined,
    runId: string,
    options: JoinStreamOptions | AbortSignal = {},
  ): AsyncGenerator<StreamEventOf<string, unknown>, void, undefined> {
    const given = options instanceof AbortSignal ? { signal: options } : options;
    return streamEvents(this.#transport, {
      path: `${runsOf(threadId ?? null)}${path`/${runId}/stream`}`,
      query: {
        cancel_on_disconnect: given.cancelOnDisconnect ? "1" : "0",
        stream_mode: given.streamMode,
        namespace: given.streamNamespaces,
        checkpoint_id: given.checkpointId,
      },
      headers: given.lastEventId === undefined ? {} : { "last-event-id": given.lastEventId },
      signal: given.signal,
      idleReconnect: given.streamIdleReconnect,
    });
  }

  async delete(threadId: string, runId: string, options: Signalled = {}): Promise<void> {
    const at = path`/threads/${threadId}/runs/${runId}`;
    await this.#transport.json({ method: "DELETE", path: at, signal: options.signal });
  }
}

function runsOf(threadId: string | null): string {
  return threadId === null ? "/runs" : path`/threads/${threadId}/runs`;
}

/** The request that creates a run; with a key it may be sent twice. */
function creation(threadId: string | null, assistantId: string, payload: RunsStreamPayload, ending = ""): Request {
  const { idempotencyKey, signal } = payload;
  const json = toRunBody(assistantId, payload);
  const request: Request = { method: "POST", path: `${runsOf(threadId)}${ending}`, json, signal };
  if (idempotencyKey === undefined) return request;
  return { ...request, headers: { "idempotency-key": idempotencyKey }, isRepeatable: true };
}

function announceRun({ onRunCreated }: RunsInvokePayload): (response: Response) => void {
  return (response) => {
    const run: RunCreated | undefined = runInLocation(response.headers.get("content-location"));
    if (run !== undefined) onRunCreated?.(run);
  };
}
