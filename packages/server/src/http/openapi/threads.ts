import { threadStreamQuery } from "../schemas/runs.ts";
import {
  historyQuery,
  historyRequest,
  stateAtCheckpoint,
  statePatch,
  stateQuery,
  stateUpdate,
  threadCount,
  threadCreate,
  threadPatch,
  threadPrune,
  threadQuery,
  threadSearch,
} from "../schemas/threads.ts";
import { many, NOTHING, NUMBER, type Operations, one } from "./operation.ts";

export const THREAD_OPERATIONS: Operations = {
  "POST /threads": {
    summary: "Create a thread",
    description: "With `supersteps` it gets a history, as if its graph had run.",
    body: threadCreate,
    answer: one("Thread"),
    errors: { 409: "The id is taken." },
  },
  "POST /threads/search": {
    summary: "Search threads",
    description: "`metadata` and `values` are contained in what is found.",
    body: threadSearch,
    answer: many("Thread"),
  },
  "POST /threads/prune": {
    summary: "Delete several threads, or with `keep_latest` only their history",
    body: threadPrune,
    answer: { type: "json", description: "`{pruned_count}`: how many there were." },
  },
  "POST /threads/count": { summary: "Count threads", body: threadCount, answer: NUMBER },
  "GET /threads/{thread_id}": {
    summary: "Get a thread",
    description: "With `include=ttl` also when it goes.",
    query: threadQuery,
    answer: one("Thread"),
  },
  "PATCH /threads/{thread_id}": {
    summary: "Change a thread's metadata",
    description: "Merged key by key. With the header `Prefer: return=minimal` the answer is 204 without a body.",
    body: threadPatch,
    answer: one("Thread"),
  },
  "DELETE /threads/{thread_id}": {
    summary: "Delete a thread",
    description: "With its runs, events and checkpoints; running runs are told to stop.",
    answer: NOTHING,
  },
  "GET /threads/{thread_id}/size": {
    summary: "What a thread's history takes",
    answer: {
      type: "json",
      description:
        "`{thread_id, checkpoints, bytes}`: how many checkpoints there are, and their text with that of channel values and writes.",
    },
  },
  "POST /threads/{thread_id}/copy": { summary: "Copy a thread with its history", answer: one("Thread") },
  "GET /threads/{thread_id}/state": { summary: "The current state", query: stateQuery, answer: one("ThreadState") },
  "POST /threads/{thread_id}/state": {
    summary: "Edit the state",
    description: "As if the node `as_node` had returned the values.",
    body: stateUpdate,
    answer: { type: "json", description: "The checkpoint that was made." },
    errors: { 409: "A run is pending or running on the thread." },
  },
  "PATCH /threads/{thread_id}/state": {
    summary: "Change a thread's metadata",
    description: "Merged key by key, as by `PATCH /threads/{thread_id}`.",
    body: statePatch,
    answer: one("Thread"),
  },
  "GET /threads/{thread_id}/stream": {
    summary: "Stream the events of all runs of a thread",
    description:
      "From now on, or from the event after the header `Last-Event-ID`; `-1` is the beginning. Modes: `run_modes` for all that " +
      "runs say, `lifecycle` for their beginnings and ends, `state_update` for changes of the state.",
    query: threadStreamQuery,
    answer: { type: "events" },
  },
  "GET /threads/{thread_id}/state/{checkpoint_id}": {
    summary: "The state at a checkpoint",
    query: stateQuery,
    answer: one("ThreadState"),
  },
  "POST /threads/{thread_id}/state/checkpoint": {
    summary: "The state at a checkpoint, of a subgraph too",
    body: stateAtCheckpoint,
    answer: one("ThreadState"),
  },
  "GET /threads/{thread_id}/history": {
    summary: "Former states, newest first",
    query: historyQuery,
    answer: many("ThreadState"),
  },
  "POST /threads/{thread_id}/history": {
    summary: "Former states, newest first, filtered",
    body: historyRequest,
    answer: many("ThreadState"),
  },
};
