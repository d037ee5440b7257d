/** What one user tries on what is another's. `{thread}` and the like stand for the other's ids, `{graph}` for a graph's id. */
export interface Attempt {
  method: string;
  /** As the OpenAPI document writes it, so that a route that nobody tries can be found. */
  route: string;
  /** Where it differs from the route: a query, or other ids. */
  path?: string;
  body?: unknown;
  /** What the answer may be. 200 is right where the other's things are just left out. */
  status: number;
  /** Why it is tried, where the route does not say it. */
  how?: string;
}

const RUN = { assistant_id: "{graph}", input: { ask: "mine" } };
const OWN_ASSISTANT_RUN = { assistant_id: "{assistant}", input: { ask: "mine" } };

export const ATTEMPTS: readonly Attempt[] = [
  // Assistants
  { method: "POST", route: "/assistants", body: { assistant_id: "{assistant}", graph_id: "{graph}" }, status: 409 },
  {
    method: "POST",
    route: "/assistants",
    body: { assistant_id: "{assistant}", graph_id: "{graph}", if_exists: "do_nothing" },
    status: 409,
    how: "to be given what is there",
  },
  { method: "POST", route: "/assistants/search", body: { limit: 100 }, status: 200 },
  { method: "POST", route: "/assistants/count", body: { name: "{marker}" }, status: 200 },
  { method: "GET", route: "/assistants/{assistant_id}", status: 404 },
  { method: "PATCH", route: "/assistants/{assistant_id}", body: { name: "taken" }, status: 404 },
  {
    method: "DELETE",
    route: "/assistants/{assistant_id}",
    path: "/assistants/{assistant}?delete_threads=true",
    status: 404,
  },
  { method: "GET", route: "/assistants/{assistant_id}/graph", status: 404 },
  { method: "GET", route: "/assistants/{assistant_id}/schemas", status: 404 },
  { method: "GET", route: "/assistants/{assistant_id}/subgraphs", status: 404 },
  { method: "GET", route: "/assistants/{assistant_id}/subgraphs/{namespace}", status: 404 },
  { method: "POST", route: "/assistants/{assistant_id}/versions", body: {}, status: 404 },
  { method: "POST", route: "/assistants/{assistant_id}/latest", body: { version: 1 }, status: 404 },

  // Threads
  { method: "POST", route: "/threads", body: { thread_id: "{thread}" }, status: 409 },
  {
    method: "POST",
    route: "/threads",
    body: { thread_id: "{thread}", if_exists: "do_nothing" },
    status: 409,
    how: "to be given what is there",
  },
  { method: "POST", route: "/threads/search", body: { limit: 100 }, status: 200 },
  { method: "POST", route: "/threads/search", body: { ids: ["{thread}"] }, status: 200, how: "by id" },
  { method: "POST", route: "/threads/search", body: { metadata: { owner: "ann" } }, status: 200, how: "by owner" },
  { method: "POST", route: "/threads/count", body: { metadata: { note: "{marker}" } }, status: 200 },
  { method: "GET", route: "/threads/{thread_id}", status: 404 },
  { method: "PATCH", route: "/threads/{thread_id}", body: { metadata: { owner: "bob" } }, status: 404 },
  { method: "DELETE", route: "/threads/{thread_id}", status: 404 },
  { method: "POST", route: "/threads/{thread_id}/copy", status: 404 },
  { method: "GET", route: "/threads/{thread_id}/size", status: 404 },
  { method: "GET", route: "/threads/{thread_id}/state", status: 404 },
  {
    method: "POST",
    route: "/threads/{thread_id}/state",
    body: { values: { ask: "taken" }, as_node: "look" },
    status: 404,
  },
  { method: "GET", route: "/threads/{thread_id}/state/{checkpoint_id}", status: 404 },
  {
    method: "POST",
    route: "/threads/{thread_id}/state/checkpoint",
    body: { checkpoint: { checkpoint_id: "{checkpoint}" } },
    status: 404,
  },
  { method: "GET", route: "/threads/{thread_id}/history", status: 404 },
  { method: "POST", route: "/threads/{thread_id}/history", body: {}, status: 404 },

  { method: "PATCH", route: "/threads/{thread_id}/state", body: { metadata: { owner: "bob" } }, status: 404 },
  { method: "GET", route: "/threads/{thread_id}/stream", status: 404 },
  {
    method: "POST",
    route: "/threads/prune",
    body: { thread_ids: ["{thread}"] },
    status: 200,
    how: "which removes none",
  },

  // Crons
  { method: "POST", route: "/runs/crons", body: { ...OWN_ASSISTANT_RUN, schedule: "0 0 1 1 *" }, status: 404 },
  { method: "POST", route: "/threads/{thread_id}/runs/crons", body: { ...RUN, schedule: "0 0 1 1 *" }, status: 404 },
  { method: "POST", route: "/runs/crons/search", body: { limit: 100 }, status: 200 },
  { method: "POST", route: "/runs/crons/search", body: { metadata: { owner: "ann" } }, status: 200, how: "by owner" },
  { method: "POST", route: "/runs/crons/count", body: {}, status: 200 },
  { method: "GET", route: "/runs/crons/{cron_id}", status: 404 },
  { method: "PATCH", route: "/runs/crons/{cron_id}", body: { enabled: false }, status: 404 },
  { method: "DELETE", route: "/runs/crons/{cron_id}", status: 404 },
  { method: "POST", route: "/runs/crons/{cron_id}/trigger", status: 404 },
  { method: "GET", route: "/runs/crons/{cron_id}/fires", status: 404 },

  // Runs
  { method: "POST", route: "/runs/cancel", body: { run_ids: ["{run}"] }, status: 404 },
  {
    method: "POST",
    route: "/runs/cancel",
    body: { thread_id: "{thread}", status: "all" },
    status: 404,
    how: "by state",
  },
  ...["", "/wait", "/stream"].flatMap((form): Attempt[] => [
    { method: "POST", route: `/threads/{thread_id}/runs${form}`, body: RUN, status: 404 },
    {
      method: "POST",
      route: `/threads/{thread_id}/runs${form}`,
      body: { ...RUN, if_not_exists: "create" },
      status: 404,
      how: "as if the thread were not there",
    },
    {
      method: "POST",
      route: `/threads/{thread_id}/runs${form}`,
      body: { ...RUN, multitask_strategy: "rollback" },
      status: 404,
      how: "in place of the other's runs",
    },
    { method: "POST", route: `/runs${form}`, body: OWN_ASSISTANT_RUN, status: 404, how: "of the other's assistant" },
  ]),
  { method: "POST", route: "/runs/batch", body: [OWN_ASSISTANT_RUN], status: 404 },
  { method: "GET", route: "/threads/{thread_id}/runs", status: 404 },
  { method: "GET", route: "/threads/{thread_id}/runs/{run_id}", status: 404 },
  { method: "DELETE", route: "/threads/{thread_id}/runs/{run_id}", status: 404 },
  { method: "GET", route: "/threads/{thread_id}/runs/{run_id}/join", status: 404 },
  { method: "GET", route: "/threads/{thread_id}/runs/{run_id}/stream", status: 404 },
  { method: "POST", route: "/threads/{thread_id}/runs/{run_id}/cancel", status: 404 },
  { method: "GET", route: "/runs/{run_id}/stream", status: 404 },
  { method: "GET", route: "/runs/{run_id}/join", status: 404 },
  { method: "GET", route: "/runs/{run_id}/wait", status: 404 },
  { method: "GET", route: "/runs/{run_id}", status: 404 },
  { method: "POST", route: "/runs/{run_id}/cancel", status: 404 },
  { method: "DELETE", route: "/runs/{run_id}", status: 404 },

  // Webhooks
  { method: "GET", route: "/threads/{thread_id}/runs/{run_id}/webhooks", status: 404 },
  { method: "POST", route: "/threads/{thread_id}/runs/{run_id}/webhooks/{delivery_id}/replay", status: 404 },
  { method: "GET", route: "/runs/{run_id}/webhooks", status: 404 },
  { method: "POST", route: "/runs/{run_id}/webhooks/{delivery_id}/replay", status: 404 },

  // Store
  {
    method: "PUT",
    route: "/store/items",
    body: { namespace: ["ann", "notes"], key: "k", value: { taken: true } },
    status: 403,
  },
  { method: "GET", route: "/store/items", path: "/store/items?namespace=ann.notes&key=k", status: 403 },
  { method: "DELETE", route: "/store/items", body: { namespace: ["ann", "notes"], key: "k" }, status: 403 },
  { method: "POST", route: "/store/items/search", body: { namespace_prefix: ["ann"] }, status: 403 },
  { method: "POST", route: "/store/items/search", body: { namespace_prefix: [] }, status: 200, how: "everywhere" },
  { method: "POST", route: "/store/namespaces", body: { prefix: ["ann"] }, status: 403 },
  { method: "POST", route: "/store/namespaces", body: { prefix: ["*"] }, status: 403, how: "with a wildcard" },
  { method: "POST", route: "/store/namespaces", body: {}, status: 200, how: "everywhere" },
];
