import type { CheckpointRef, Config, Dict } from "@heddle/protocol";
import type { Signalled } from "../signalled.ts";
import type { DecodedEvent } from "../sse/decode-events.ts";
import { streamEvents } from "../sse/stream-events.ts";
import type { HttpTransport } from "../transport/http-transport.ts";
import { path } from "../transport/request-url.ts";
import type { DefaultValues, Thread, ThreadSize, ThreadState } from "./thread.ts";
import type {
  HistoryOptions,
  StateOptions,
  StateUpdatePayload,
  ThreadCreatePayload,
  ThreadFilter,
  ThreadSearchQuery,
  ThreadStreamOptions,
  ThreadTtl,
  ThreadUpdatePayload,
} from "./thread-payload.ts";

/** Threads: conversations, their state and history. */
export class ThreadsClient<State = DefaultValues, Update = State> {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  create(payload: ThreadCreatePayload = {}): Promise<Thread<State>> {
    const graph = payload.graphId === undefined ? {} : { graph_id: payload.graphId };
    const json = {
      metadata: { ...payload.metadata, ...graph },
      thread_id: payload.threadId,
      if_exists: payload.ifExists,
      supersteps: payload.supersteps?.map((superstep) => ({
        updates: superstep.updates.map(({ values, command, asNode }) => ({ values, command, as_node: asNode })),
      })),
      ttl: toTtl(payload.ttl),
    };
    return this.#transport.json({ method: "POST", path: "/threads", json, signal: payload.signal });
  }

  get<Values = State>(threadId: string, options: Signalled & { include?: string[] } = {}): Promise<Thread<Values>> {
    const query = { include: options.include };
    return this.#transport.json({ path: path`/threads/${threadId}`, query, signal: options.signal });
  }

  /** A new thread with the same state and history. */
  copy(threadId: string, options: Signalled = {}): Promise<Thread<State>> {
    return this.#transport.json({ method: "POST", path: path`/threads/${threadId}/copy`, signal: options.signal });
  }

  update(threadId: string, payload: ThreadUpdatePayload & { returnMinimal: true }): Promise<void>;
  update(threadId: string, payload?: ThreadUpdatePayload & { returnMinimal?: false }): Promise<Thread<State>>;
  update(threadId: string, payload: ThreadUpdatePayload): Promise<Thread<State> | undefined>;
  update(threadId: string, payload: ThreadUpdatePayload = {}): Promise<unknown> {
    const json = { metadata: payload.metadata, ttl: toTtl(payload.ttl) };
    const headers: Record<string, string> = payload.returnMinimal ? { prefer: "return=minimal" } : {};
    const at = path`/threads/${threadId}`;
    return this.#transport.json({ method: "PATCH", path: at, json, headers, signal: payload.signal });
  }

  async delete(threadId: string, options: Signalled = {}): Promise<void> {
    await this.#transport.json({ method: "DELETE", path: path`/threads/${threadId}`, signal: options.signal });
  }

  /** Deletes threads, or only all of their checkpoints but the latest. */
  prune(
    threadIds: string[],
    options: Signalled & { strategy?: "delete" | "keep_latest" } = {},
  ): Promise<{ pruned_count: number }> {
    const json = { thread_ids: threadIds, strategy: options.strategy ?? "delete" };
    return this.#transport.json({
      method: "POST",
      path: "/threads/prune",
      json,
      signal: options.signal,
      isRepeatable: true,
    });
  }

  /** How many checkpoints the thread has, and their bytes; what copies share counts in each (docs/data.md). */
  getSize(threadId: string, options: Signalled = {}): Promise<ThreadSize> {
    return this.#transport.json({ path: path`/threads/${threadId}/size`, signal: options.signal });
  }

  search<Values = State>(query: ThreadSearchQuery = {}): Promise<Thread<Values>[]> {
    const json = {
      ...toFilter(query),
      ids: query.ids,
      limit: query.limit ?? 10,
      offset: query.offset ?? 0,
      sort_by: query.sortBy,
      sort_order: query.sortOrder,
      select: query.select,
      extract: query.extract,
    };
    return this.#ask("/threads/search", json, query);
  }

  count(query: ThreadFilter = {}): Promise<number> {
    return this.#ask("/threads/count", toFilter(query), query);
  }

  /** The latest state, or the one at a checkpoint. */
  getState<Values = State>(
    threadId: string,
    checkpoint?: CheckpointRef | string | null,
    options: StateOptions = {},
  ): Promise<ThreadState<Values>> {
    const at = path`/threads/${threadId}/state`;
    const { subgraphs, select } = options;
    if (typeof checkpoint === "object" && checkpoint !== null) {
      return this.#ask(`${at}/checkpoint`, { checkpoint, subgraphs, select }, options);
    }
    const one = checkpoint ? `${at}${path`/${checkpoint}`}` : at;
    return this.#transport.json({ path: one, query: { subgraphs, select }, signal: options.signal });
  }

  /** Writes a state as if a node had; answers with the new checkpoint. */
  updateState<Values = Update>(
    threadId: string,
    options: StateUpdatePayload<Values>,
  ): Promise<{ checkpoint: CheckpointRef; configurable?: Dict }> {
    const { values, checkpoint, checkpointId, asNode } = options;
    const json = { values, checkpoint, checkpoint_id: checkpointId, as_node: asNode };
    const at = path`/threads/${threadId}/state`;
    return this.#transport.json({ method: "POST", path: at, json, signal: options.signal });
  }

  /** Merges metadata into the thread's. */
  async patchState(threadIdOrConfig: string | Config, metadata: Dict, options: Signalled = {}): Promise<void> {
    const threadId = threadIdOf(threadIdOrConfig);
    const at = path`/threads/${threadId}/state`;
    await this.#transport.json({ method: "PATCH", path: at, json: { metadata }, signal: options.signal });
  }

  /** Newest first. */
  getHistory<Values = State>(threadId: string, options: HistoryOptions = {}): Promise<ThreadState<Values>[]> {
    const { limit = 10, before, metadata, checkpoint, select } = options;
    return this.#ask(path`/threads/${threadId}/history`, { limit, before, metadata, checkpoint, select }, options);
  }

  /** The events of all runs of a thread, from now on, until the signal is aborted. */
  joinStream(threadId: string, options: ThreadStreamOptions = {}): AsyncGenerator<DecodedEvent, void, undefined> {
    return streamEvents(this.#transport, {
      path: path`/threads/${threadId}/stream`,
      query: { stream_mode: options.streamMode },
      headers: options.lastEventId === undefined ? {} : { "last-event-id": options.lastEventId },
      signal: options.signal,
    });
  }

  /** A question that has a body. */
  #ask<T>(at: string, json: Dict, { signal }: Signalled): Promise<T> {
    return this.#transport.json({ method: "POST", path: at, json, signal, isRepeatable: true });
  }
}

function toFilter({ metadata, values, status }: ThreadFilter): Dict {
  return { metadata, values, status };
}

function toTtl(ttl: ThreadTtl | undefined): Dict | undefined {
  return typeof ttl === "number" ? { ttl, strategy: "delete" } : ttl && { ...ttl };
}

function threadIdOf(threadIdOrConfig: string | Config): string {
  if (typeof threadIdOrConfig === "string") return threadIdOrConfig;
  const threadId = threadIdOrConfig.configurable?.thread_id;
  if (typeof threadId === "string") return threadId;
  throw new Error("The config names no thread: configurable.thread_id is missing.");
}
