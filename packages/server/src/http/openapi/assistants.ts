import {
  assistantCount,
  assistantCreate,
  assistantLatest,
  assistantPatch,
  assistantSearch,
  assistantVersions,
  graphQuery,
  subgraphQuery,
} from "../schemas/assistants.ts";
import { many, NUMBER, type Operations, one } from "./operation.ts";

const SUBGRAPHS = { query: subgraphQuery, answer: { type: "json", description: "Namespace → GraphSchema." } } as const;

export const ASSISTANT_OPERATIONS: Operations = {
  "POST /assistants": {
    summary: "Create an assistant",
    description: 'A graph with a configuration. With `if_exists: "do_nothing"` the existing one is the answer.',
    body: assistantCreate,
    answer: one("Assistant"),
    errors: { 409: "The id is taken." },
  },
  "POST /assistants/search": { summary: "Search assistants", body: assistantSearch, answer: many("Assistant") },
  "POST /assistants/count": { summary: "Count assistants", body: assistantCount, answer: NUMBER },
  "GET /assistants/{assistant_id}": { summary: "Get an assistant", answer: one("Assistant") },
  "PATCH /assistants/{assistant_id}": {
    summary: "Change an assistant",
    description: "Makes a new version. Metadata is merged, config and context are replaced.",
    body: assistantPatch,
    answer: one("Assistant"),
  },
  "DELETE /assistants/{assistant_id}": {
    summary: "Delete an assistant",
    description: "With `delete_threads=true` also the threads that name it.",
    answer: { type: "json", description: "The deleted ids." },
  },
  "GET /assistants/{assistant_id}/graph": { summary: "Draw its graph", query: graphQuery, answer: one("GraphDrawing") },
  "GET /assistants/{assistant_id}/schemas": { summary: "The schemas of its graph", answer: one("GraphSchema") },
  "GET /assistants/{assistant_id}/subgraphs": { summary: "The schemas of its subgraphs", ...SUBGRAPHS },
  "GET /assistants/{assistant_id}/subgraphs/{namespace}": { summary: "The schemas of one subgraph", ...SUBGRAPHS },
  "POST /assistants/{assistant_id}/latest": {
    summary: "Make an older version the current one",
    body: assistantLatest,
    answer: one("Assistant"),
  },
  "POST /assistants/{assistant_id}/versions": {
    summary: "List its versions, newest first",
    body: assistantVersions,
    answer: many("AssistantVersion"),
  },
};
