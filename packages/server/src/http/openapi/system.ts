import type { Operations } from "./operation.ts";

export const SYSTEM_OPERATIONS: Operations = {
  "GET /ok": {
    summary: "Whether the server is well",
    description: "`?check_db=1` asks the database too; 503 when something is not well.",
    answer: { type: "json", description: "`{ok, checks}`." },
  },
  "GET /info": {
    summary: "What the server is and can do",
    answer: { type: "json", description: "Version and flags." },
  },
  "GET /metrics": {
    summary: "Figures for Prometheus",
    answer: { type: "text", mediaType: "text/plain", description: "Prometheus text format 0.0.4." },
  },
  "GET /openapi.json": { summary: "This document", answer: { type: "json", description: "OpenAPI 3.1." } },
  "GET /docs": {
    summary: "This document as a page",
    answer: { type: "text", mediaType: "text/html", description: "A page to browse and try the API." },
  },
};
