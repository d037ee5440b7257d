import type { Cron, CronFire, Dict, Run } from "@heddle/protocol";
import { toRunFields } from "../runs/run-body.ts";
import type { Signalled } from "../signalled.ts";
import type { HttpTransport } from "../transport/http-transport.ts";
import { path } from "../transport/request-url.ts";
import type { CronFilter, CronSearchQuery, CronsCreatePayload, CronsUpdatePayload } from "./cron-payload.ts";

/** Crons: schedules that create runs. */
export class CronsClient {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  /** Every run gets a thread of its own. */
  create(assistantId: string, payload: CronsCreatePayload): Promise<Cron> {
    const json = { ...toBody(payload), assistant_id: assistantId };
    return this.#transport.json({ method: "POST", path: "/runs/crons", json, signal: payload.signal });
  }

  /** All runs go to this thread. */
  createForThread(threadId: string, assistantId: string, payload: CronsCreatePayload): Promise<Cron> {
    const json = { ...toBody(payload), assistant_id: assistantId };
    const at = path`/threads/${threadId}/runs/crons`;
    return this.#transport.json({ method: "POST", path: at, json, signal: payload.signal });
  }

  update(cronId: string, payload: CronsUpdatePayload = {}): Promise<Cron> {
    const at = path`/runs/crons/${cronId}`;
    return this.#transport.json({ method: "PATCH", path: at, json: toBody(payload), signal: payload.signal });
  }

  get(cronId: string, options: Signalled = {}): Promise<Cron> {
    return this.#transport.json({ path: path`/runs/crons/${cronId}`, signal: options.signal });
  }

  /** Fires the cron now, whatever its schedule says and also when it is paused. Only Heddle's servers do that. */
  trigger(cronId: string, options: Signalled = {}): Promise<Run> {
    return this.#transport.json({ method: "POST", path: path`/runs/crons/${cronId}/trigger`, signal: options.signal });
  }

  /** When the cron fired, or should have, the latest first. Only Heddle's servers tell. */
  fires(cronId: string, options: Signalled & { limit?: number; offset?: number } = {}): Promise<CronFire[]> {
    const { limit = 10, offset = 0, signal } = options;
    return this.#transport.json({ path: path`/runs/crons/${cronId}/fires`, query: { limit, offset }, signal });
  }

  async delete(cronId: string, options: Signalled = {}): Promise<void> {
    await this.#transport.json({ method: "DELETE", path: path`/runs/crons/${cronId}`, signal: options.signal });
  }

  search(query: CronSearchQuery = {}): Promise<Cron[]> {
    const json = {
      ...toFilter(query),
      enabled: query.enabled,
      limit: query.limit ?? 10,
      offset: query.offset ?? 0,
      sort_by: query.sortBy,
      sort_order: query.sortOrder,
      select: query.select,
    };
    return this.#ask("/runs/crons/search", json, query);
  }

  count(query: CronFilter = {}): Promise<number> {
    return this.#ask("/runs/crons/count", toFilter(query), query);
  }

  #ask<T>(at: string, json: Dict, { signal }: Signalled): Promise<T> {
    return this.#transport.json({ method: "POST", path: at, json, signal, isRepeatable: true });
  }
}

function toFilter({ assistantId, threadId, metadata }: CronFilter): Dict {
  return { assistant_id: assistantId, thread_id: threadId, metadata };
}

function toBody(payload: CronsUpdatePayload): Dict {
  return {
    ...toRunFields(payload),
    schedule: payload.schedule,
    timezone: payload.timezone,
    end_time: payload.endTime,
    on_run_completed: payload.onRunCompleted,
    enabled: payload.enabled,
    missed_fires: payload.missedFires,
  };
}
