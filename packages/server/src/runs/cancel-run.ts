import type { CancelAction } from "@heddle/protocol";
import { RunEnd } from "../events/run-end.ts";
import type { ServerTools } from "../server-tools.ts";
import { recordEnd } from "../webhooks/record-end.ts";

/** Cancels a run; a pending one ends at once, a running one is told to stop. A run that has ended stays as it is. */
export async function cancelRun(runId: string, action: CancelAction, tools: ServerTools): Promise<void> {
  const [outcome] = await tools.backend.queue.cancel([runId], action);
  if (outcome?.status !== "cancelled") return;
  tools.live.end(runId, { status: "interrupted" });
  await recordEnd(runId, { status: "interrupted" }, tools);
}

/** Cancels a run and waits until it has stopped; resolves at once when it had ended. */
export async function cancelAndWait(runId: string, action: CancelAction, tools: ServerTools): Promise<void> {
  const end = new RunEnd(runId, tools.backend, tools.live);
  try {
    await cancelRun(runId, action, tools);
    while ((await end.wait(1000)) === undefined);
  } finally {
    end.close();
  }
}
