import { bulkCancel, bulkCancelQuery, cancelQuery, joinQuery, runBatch, runCreate, runList } from "../schemas/runs.ts";
import { type Answer, many, NOTHING, type Operation, type Operations, one } from "./operation.ts";

const EVENTS: Answer = { type: "events" };

const VALUES: Answer = {
  type: "json",
  description: "The final state values; `{__error__: {error, message}}` when the run failed. Newlines may come before.",
};

const BUSY = { 409: 'A run is in the way, with `multitask_strategy: "reject"`.' };

function creating(summary: string, answer: Answer): Operation {
  return { summary, body: runCreate, answer, errors: BUSY };
}

export const RUN_OPERATIONS: Operations = {
  "POST /threads/{thread_id}/runs": creating("Create a background run", one("Run")),
  "POST /threads/{thread_id}/runs/stream": creating("Create a run and stream its events", EVENTS),
  "POST /threads/{thread_id}/runs/wait": creating("Create a run and wait for its end", VALUES),
  "POST /runs": creating("Create a background run without a thread", one("Run")),
  "POST /runs/stream": creating("Create a run without a thread and stream its events", EVENTS),
  "POST /runs/wait": creating("Create a run without a thread and wait for its end", VALUES),
  "POST /runs/batch": { summary: "Create several runs without threads", body: runBatch, answer: many("Run") },
  "POST /runs/cancel": {
    summary: "Cancel several runs",
    description: "Those with the ids, or all that are pending, running or both; only of a thread if one is named.",
    query: bulkCancelQuery,
    body: bulkCancel,
    answer: NOTHING,
    errors: { 404: "There are none." },
  },
  "GET /threads/{thread_id}/runs": {
    summary: "List a thread's runs, newest first",
    query: runList,
    answer: many("Run"),
  },
  "GET /threads/{thread_id}/runs/{run_id}": { summary: "Get a run", answer: one("Run") },
  "DELETE /threads/{thread_id}/runs/{run_id}": {
    summary: "Delete a run",
    description: "With the checkpoints it made. One that is running is stopped first.",
    answer: NOTHING,
  },
  "POST /threads/{thread_id}/runs/{run_id}/cancel": {
    summary: "Cancel a run",
    description: "202 at once, or with `wait=1` 204 when it has stopped.",
    query: cancelQuery,
    answer: { type: "none", status: 202 },
  },
  "GET /threads/{thread_id}/runs/{run_id}/join": { summary: "Wait for a run's end", query: joinQuery, answer: VALUES },
  "GET /threads/{thread_id}/runs/{run_id}/stream": {
    summary: "Stream a run's events",
    description: "From the event after the header `Last-Event-ID`; `-1` is the beginning.",
    query: joinQuery,
    answer: EVENTS,
  },
  "GET /runs/{run_id}": { summary: "Get a run, whatever its thread", answer: one("Run") },
  "DELETE /runs/{run_id}": { summary: "Delete a run, whatever its thread", answer: NOTHING },
  "POST /runs/{run_id}/cancel": {
    summary: "Cancel a run, whatever its thread",
    query: cancelQuery,
    answer: { type: "none", status: 202 },
  },
  "GET /runs/{run_id}/wait": {
    summary: "Wait for the end of a run; the same as join",
    query: joinQuery,
    answer: VALUES,
  },
  "GET /runs/{run_id}/join": {
    summary: "Wait for the end of a run without a thread",
    query: joinQuery,
    answer: VALUES,
  },
  "GET /runs/{run_id}/stream": {
    summary: "Stream the events of a run without a thread",
    query: joinQuery,
    answer: EVENTS,
  },
};
