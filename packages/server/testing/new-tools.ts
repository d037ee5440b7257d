import { type Backend, GraphStore } from "@heddle/backend";
import { pino } from "pino";
import { webhookConfig } from "../src/config/webhook-config.ts";
import { LiveRuns } from "../src/events/live-runs.ts";
import { Metrics } from "../src/metrics/metrics.ts";
import type { ServerTools } from "../src/server-tools.ts";

/** What the door and the admission work with, of a server without graphs. */
export function newTools(backend: Backend, tools: Partial<ServerTools> = {}): ServerTools {
  return {
    backend,
    live: new LiveRuns(),
    logger: pino({ level: "silent" }),
    graphStore: new GraphStore(backend.store),
    graphs: { ids: () => [], assistantId: (id) => id, failures: () => [], get: noGraph },
    checkpointerOf: noGraph,
    isConfigurableHeader: () => false,
    threadTtl: undefined,
    missedFires: "fire_once",
    metrics: new Metrics(backend),
    tracing: undefined,
    webhookPolicy: { ...webhookConfig.parse({}).url, isOff: false },
    wakeWebhooks: () => {},
    onCronChange: () => {},
    ...tools,
  };
}

function noGraph(): never {
  throw new Error("no graph is needed here");
}
