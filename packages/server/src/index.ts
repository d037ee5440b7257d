// API keys
export { type ApiKeyRequest, newApiKey } from "./auth/api-key.ts";
export { closestWord } from "./config/closest-word.ts";
// Configuration files
export { type ConfigWarning, type LanggraphJson, parseConfig, readLanggraphJson } from "./config/langgraph-json.ts";
// The store
export { loadStoreSettings } from "./config/load-store-settings.ts";
// Errors
export { ServerError, type ServerErrorCode } from "./errors.ts";
export { type FeedbackLinks, type TracingServiceOptions, tracingServiceLinks } from "./execution/feedback-links.ts";
export type { GraphRegistry } from "./graphs/graph-registry.ts";
export type { GraphSource } from "./graphs/load-graph.ts";
// The contract by which the server knows a graph
export type { RunnableGraph } from "./graphs/runnable-graph.ts";
export { importEngine } from "./graphs/user-modules.ts";
export { type AgentServer, createServer, type ServerOptions, type WebhookOptions } from "./server.ts";
