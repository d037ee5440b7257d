import { GraphCallbackHandler, type GraphLifecycleStatus } from "../runtime/graph-callback-handler.ts";
import type { Interrupt } from "../runtime/interrupt.ts";
import type { GraphRun } from "./graph-run.ts";

/** Tells the run's handlers that it goes on from a checkpoint. */
export async function announceResume(run: GraphRun): Promise<void> {
  for (const handler of lifecycleHandlers(run)) {
    await settle(handler, () => handler.handleResume?.(event(run, "pending")));
  }
}

/** Tells the run's handlers that it waits. */
export async function announceInterrupt(run: GraphRun, interrupts: readonly Interrupt[]): Promise<void> {
  for (const handler of lifecycleHandlers(run)) {
    await settle(handler, () => handler.handleInterrupt?.({ ...event(run, run.pauseStatus), interrupts }));
  }
}

function event(run: GraphRun, status: GraphLifecycleStatus) {
  const checkpointNs = run.namespace === "" ? [] : run.namespace.split("|");
  return { runId: run.chain?.runId ?? run.config.runId, status, checkpointId: run.checkpointId, checkpointNs };
}

function lifecycleHandlers(run: GraphRun): GraphCallbackHandler[] {
  const handlers = run.chain === undefined ? run.callbacks?.handlers : run.chain.handlers;
  return (handlers ?? []).filter((handler) => GraphCallbackHandler.isInstance(handler));
}

async function settle(handler: GraphCallbackHandler, call: () => void | Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (handler.raiseError) throw error;
    console.error(`Error in handler ${handler.name}:`, error);
  }
}
