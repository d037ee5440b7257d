import type { Assistant, AssistantVersion, Dict, GraphDrawing, GraphSchema } from "@heddle/protocol";
import type { Signalled } from "../signalled.ts";
import type { HttpTransport } from "../transport/http-transport.ts";
import { readJson } from "../transport/read-json.ts";
import { path } from "../transport/request-url.ts";
import type {
  AssistantCreatePayload,
  AssistantFilter,
  AssistantSearchQuery,
  AssistantsSearchResponse,
  AssistantUpdatePayload,
} from "./assistant-payload.ts";

/** Assistants: graphs with a configuration, versioned. Where an id is asked for, the id of a graph stands for its default assistant. */
export class AssistantsClient {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  /**
   * @example
   * ```ts
   * const config = { configurable: { model_name: "openai" } };
   * await client.assistants.create({ graphId: "agent", config, name: "Open AI Assistant" });
   * ```
   */
  create(payload: AssistantCreatePayload): Promise<Assistant> {
    const json = { ...toBody(payload), assistant_id: payload.assistantId, if_exists: payload.ifExists };
    return this.#transport.json({ method: "POST", path: "/assistants", json, signal: payload.signal });
  }

  get(assistantId: string, options: Signalled = {}): Promise<Assistant> {
    return this.#transport.json({ path: path`/assistants/${assistantId}`, signal: options.signal });
  }

  /** Makes a new version, which becomes the latest. */
  update(assistantId: string, payload: AssistantUpdatePayload): Promise<Assistant> {
    const at = path`/assistants/${assistantId}`;
    return this.#transport.json({ method: "PATCH", path: at, json: toBody(payload), signal: payload.signal });
  }

  /** With `deleteThreads` also the threads whose `metadata.assistant_id` is this one. */
  async delete(assistantId: string, options: Signalled & { deleteThreads?: boolean } = {}): Promise<void> {
    const query = { delete_threads: options.deleteThreads ?? false };
    const at = path`/assistants/${assistantId}`;
    await this.#transport.json({ method: "DELETE", path: at, query, signal: options.signal });
  }

  search(query: AssistantSearchQuery & { includePagination: true }): Promise<AssistantsSearchResponse>;
  search(query?: AssistantSearchQuery & { includePagination?: false }): Promise<Assistant[]>;
  async search(query: AssistantSearchQuery = {}): Promise<Assistant[] | AssistantsSearchResponse> {
    const json = {
      ...toFilter(query),
      limit: query.limit ?? 10,
      offset: query.offset ?? 0,
      sort_by: query.sortBy,
      sort_order: query.sortOrder,
      select: query.select,
    };
    const request = {
      method: "POST",
      path: "/assistants/search",
      json,
      signal: query.signal,
      isRepeatable: true,
    } as const;
    const response = await this.#transport.send(request);
    const assistants = await readJson<Assistant[]>(response);
    return query.includePagination ? { assistants, next: response.headers.get("x-pagination-next") } : assistants;
  }

  count(query: AssistantFilter = {}): Promise<number> {
    const json = toFilter(query);
    return this.#transport.json({
      method: "POST",
      path: "/assistants/count",
      json,
      signal: query.signal,
      isRepeatable: true,
    });
  }

  /** The drawing of the graph. `xray` draws subgraphs too, to this depth. */
  getGraph(assistantId: string, options: Signalled & { xray?: boolean | number } = {}): Promise<GraphDrawing> {
    const at = path`/assistants/${assistantId}/graph`;
    return this.#transport.json({ path: at, query: { xray: options.xray }, signal: options.signal });
  }

  getSchemas(assistantId: string, options: Signalled = {}): Promise<GraphSchema> {
    return this.#transport.json({ path: path`/assistants/${assistantId}/schemas`, signal: options.signal });
  }

  /** Namespace → schemas. `recurse` goes into subgraphs of subgraphs. */
  getSubgraphs(
    assistantId: string,
    options: Signalled & { namespace?: string; recurse?: boolean } = {},
  ): Promise<Record<string, GraphSchema>> {
    const all = path`/assistants/${assistantId}/subgraphs`;
    const at = options.namespace ? `${all}${path`/${options.namespace}`}` : all;
    return this.#transport.json({ path: at, query: { recurse: options.recurse }, signal: options.signal });
  }

  /** Newest first. */
  getVersions(
    assistantId: string,
    payload: Signalled & { metadata?: Dict; limit?: number; offset?: number } = {},
  ): Promise<AssistantVersion[]> {
    const json = { metadata: payload.metadata, limit: payload.limit ?? 10, offset: payload.offset ?? 0 };
    const at = path`/assistants/${assistantId}/versions`;
    return this.#transport.json({ method: "POST", path: at, json, signal: payload.signal, isRepeatable: true });
  }

  /** Goes back, or forth, to a version. */
  setLatest(assistantId: string, version: number, options: Signalled = {}): Promise<Assistant> {
    const at = path`/assistants/${assistantId}/latest`;
    return this.#transport.json({
      method: "POST",
      path: at,
      json: { version },
      signal: options.signal,
      isRepeatable: true,
    });
  }
}

function toBody(payload: AssistantUpdatePayload): Dict {
  const { graphId, config, context, metadata, name, description } = payload;
  return { graph_id: graphId, config, context, metadata, name, description };
}

function toFilter({ metadata, graphId, name }: AssistantFilter): Dict {
  return { metadata, graph_id: graphId, name };
}
