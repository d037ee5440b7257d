import { type Context, Hono } from "hono";
import { ServerError } from "../../errors.ts";
import { isLogged } from "../../events/is-logged.ts";
import { RunEnd } from "../../events/run-end.ts";
import { RunSubscription } from "../../events/subscribe.ts";
import { cancelRun } from "../../runs/cancel-run.ts";
import { createRun, newRunId, type RunRequest } from "../../runs/create-run.ts";
import type { ServerTools } from "../../server-tools.ts";
import { answerResponse } from "../answer-response.ts";
import { readIdempotencyKey } from "../idempotency-key.ts";
import { readBody, readId, readQuery } from "../request-input.ts";
import { runOrigin } from "../run-origin.ts";
import { joinQuery, runCreate } from "../schemas/runs.ts";
import { sseResponse } from "../sse.ts";
import { readNamespaces, wantedEvents } from "../wanted-events.ts";
import { findRun } from "./runs.ts";

/** What a client reads a run by: its event stream, or its final values. */
export function runStreamRoutes(tools: ServerTools): Hono {
  const routes = new Hono();
  routes.post("/threads/:thread_id/runs/stream", (context) =>
    createAndStream(context, readId(context, "thread_id"), tools),
  );
  routes.post("/runs/stream", (context) => createAndStream(context, undefined, tools));
  routes.post("/threads/:thread_id/runs/wait", (context) =>
    createAndWait(context, readId(context, "thread_id"), tools),
  );
  routes.post("/runs/wait", (context) => createAndWait(context, undefined, tools));
  routes.get("/threads/:thread_id/runs/:run_id/stream", (context) => joinStream(context, tools));
  routes.get("/runs/:run_id/stream", (context) => joinStream(context, tools));
  routes.get("/threads/:thread_id/runs/:run_id/join", (context) => join(context, tools));
  routes.get("/runs/:run_id/join", (context) => join(context, tools));
  // As the Agent Protocol calls it.
  routes.get("/runs/:run_id/wait", (context) => join(context, tools));
  return routes;
}

async function createAndStream(context: Context, threadId: string | undefined, tools: ServerTools): Promise<Response> {
  const body = await readBody(context, runCreate);
  const attach = (runId: string, isNew: boolean) => {
    const options = { afterSeq: isNew ? undefined : -1, isLogged: true, isNew };
    return new RunSubscription(runId, tools.backend, tools.live, options);
  };
  const { runId, reader } = await createAndAttach(context, { body, threadId, isStreamed: true, attach }, tools);
  const path = runPath(threadId, runId);
  return sseResponse(reader, {
    headers: { "content-location": path, location: `${path}/stream` },
    isWanted: wantedEvents({ namespaces: readNamespaces(context) }),
    onClose: tools.metrics.streamOpened(),
    onDisconnect: () => leave(runId, body.on_disconnect === "cancel", tools),
  });
}

async function createAndWait(context: Context, threadId: string | undefined, tools: ServerTools): Promise<Response> {
  const body = await readBody(context, runCreate);
  const isStreamed = body.stream_resumable ?? false;
  const attach = (runId: string, isNew: boolean) => new RunEnd(runId, tools.backend, tools.live, { isNew });
  const { runId, reader } = await createAndAttach(context, { body, threadId, isStreamed, attach }, tools);
  const path = runPath(threadId, runId);
  const isCancelling = body.on_disconnect === "cancel";
  return answerResponse(reader, {
    headers: { "content-location": path, location: `${path}/join` },
    signal: isCancelling ? context.req.raw.signal : undefined,
    onDisconnect: () => leave(runId, isCancelling, tools),
  });
}

interface NewRunRequest<R> extends Pick<RunRequest, "body" | "threadId" | "isStreamed"> {
  /** Begins to read the run, which is new unless a request is sent again. */
  attach(runId: string, isNew: boolean): R;
}

/** Attached before the run exists: whatever it says first is heard. A request sent again reads the run that is there. */
async function createAndAttach<R extends { close(): void }>(
  context: Context,
  { attach, ...request }: NewRunRequest<R>,
  tools: ServerTools,
): Promise<{ runId: string; reader: R }> {
  const origin = runOrigin(context, tools);
  const again = readIdempotencyKey(context, request.body, tools);
  if (again !== undefined) {
    const { runId } = await createRun({ ...request, ...again, origin }, tools);
    return { runId, reader: attach(runId, false) };
  }
  const runId = newRunId();
  const reader = attach(runId, true);
  try {
    await createRun({ ...request, runId, origin }, tools);
    return { runId, reader };
  } catch (error) {
    reader.close();
    throw error;
  }
}

async function joinStream(context: Context, tools: ServerTools): Promise<Response> {
  const { stream_mode, cancel_on_disconnect } = readQuery(context, joinQuery);
  const run = await findRun(context, tools);
  const subscription = new RunSubscription(run.runId, tools.backend, tools.live, {
    afterSeq: startOf(context.req.header("last-event-id"), run.kwargs.resumable),
    isLogged: isLogged(run),
  });
  return sseResponse(subscription, {
    headers: { location: `${pathOf(context, run.runId)}/stream` },
    isWanted: wantedEvents({ modes: stream_mode, namespaces: readNamespaces(context) }),
    onClose: tools.metrics.streamOpened(),
    onDisconnect: () => leave(run.runId, cancel_on_disconnect ?? false, tools),
  });
}

async function join(context: Context, tools: ServerTools): Promise<Response> {
  const { cancel_on_disconnect } = readQuery(context, joinQuery);
  const run = await findRun(context, tools);
  const isCancelling = cancel_on_disconnect ?? false;
  return answerResponse(new RunEnd(run.runId, tools.backend, tools.live), {
    headers: { location: `${pathOf(context, run.runId)}/join` },
    signal: isCancelling ? context.req.raw.signal : undefined,
    onDisconnect: () => leave(run.runId, isCancelling, tools),
  });
}

/**
 * Where a reader begins. With an id it goes on after it (−1: from the beginning). Without one, a resumable run is read from now
 * on, as upstream does; of another run the reader gets all there still is.
 */
function startOf(lastEventId: string | undefined, isResumable: boolean): number | undefined {
  if (lastEventId === undefined || lastEventId === "") return isResumable ? undefined : -1;
  const seq = Number(lastEventId);
  if (Number.isInteger(seq)) return seq;
  throw new ServerError(
    "invalid_request",
    `The header Last-Event-ID has to be the id of an event or -1, not "${lastEventId}"`,
  );
}

/** As the client named the run, without the prefix this server is mounted at: clients add that themselves. */
function pathOf(context: Context, runId: string): string {
  return runPath(context.req.param("thread_id"), runId);
}

function runPath(threadId: string | undefined, runId: string): string {
  return threadId === undefined ? `/runs/${runId}` : `/threads/${threadId}/runs/${runId}`;
}

/** A client went away: the run goes on unless it was asked to stop then. */
function leave(runId: string, isCancelling: boolean, tools: ServerTools): void {
  if (!isCancelling) return;
  cancelRun(runId, "interrupt", tools).catch((error: unknown) => {
    tools.logger.error({ err: error, run_id: runId }, "the run of a client that went away could not be cancelled");
  });
}
