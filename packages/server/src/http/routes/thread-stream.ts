import { type Context, Hono } from "hono";
import { ServerError } from "../../errors.ts";
import { type ThreadEvent, type ThreadPosition, ThreadSubscription } from "../../events/thread-subscription.ts";
import type { ServerTools } from "../../server-tools.ts";
import { findThread } from "../../threads/thread-graph.ts";
import { allowed } from "../caller-of.ts";
import { readId, readQuery } from "../request-input.ts";
import { threadStreamQuery } from "../schemas/runs.ts";
import { type EventReader, sseResponse } from "../sse.ts";

type ThreadStreamMode = NonNullable<ReturnType<typeof threadStreamQuery.parse>["stream_mode"]>[number];

/** `GET /threads/:id/stream`: the events of all runs of a thread. */
export function threadStreamRoutes(tools: ServerTools): Hono {
  const routes = new Hono();
  routes.get("/:thread_id/stream", async (context) => {
    const { stream_mode = ["run_modes"] } = readQuery(context, threadStreamQuery);
    const after = readPosition(context);
    const id = readId(context, "thread_id");
    const thread = await findThread(id, tools, await allowed(context, tools, "threads:read", { thread_id: id }));
    const subscription = new ThreadSubscription(thread, tools, {
      after,
      isStateWanted: stream_mode.includes("state_update"),
    });
    return sseResponse(ofModes(subscription, stream_mode), {
      headers: { location: context.req.path },
      onClose: tools.metrics.streamOpened(),
      onDisconnect: () => {},
    });
  });
  return routes;
}

function ofModes(subscription: ThreadSubscription, modes: readonly ThreadStreamMode[]): EventReader {
  const isWanted = ({ kind }: ThreadEvent): boolean => {
    if (kind === "state") return modes.includes("state_update");
    return modes.includes("run_modes") || (kind === "lifecycle" && modes.includes("lifecycle"));
  };
  return {
    next: async (patienceMs) => (await subscription.next(patienceMs))?.filter(isWanted),
    close: () => subscription.close(),
  };
}

/** `<run id>:<number>`, as the ids of this stream are; or −1 for all that still is in the log. */
function readPosition(context: Context): ThreadPosition {
  const id = context.req.header("last-event-id") ?? "";
  if (id === "") return undefined;
  if (id === "-1") return "-1";
  const [, runId, seq] = /^([0-9a-f-]{36}):(\d{1,16})$/i.exec(id) ?? [];
  if (runId !== undefined && seq !== undefined) return { runId, seq: Number(seq) };
  const message = `The header Last-Event-ID has to be the id of an event of this stream or -1, not "${id}"`;
  throw new ServerError("invalid_request", message);
}
