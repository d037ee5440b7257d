import { type Backend, type NewRun, type RunRecord, untilAvailable } from "@heddle/backend";
import { derivedId } from "../ids.ts";

/**
 * Offers the run that goes on when the first sleeper of this one wakes. To be called before the run is settled: if the process dies in
 * between, the run is taken up again, pauses at the same time, and finds this offer made.
 */
export async function wakeLater(run: RunRecord, wakeAt: number, { queue, runs }: Backend): Promise<void> {
  const wakeRun = toWakeRun(run, new Date(wakeAt).toISOString());
  await untilAvailable(async () => {
    if ((await runs.get(wakeRun.runId)) === undefined) await queue.offer(wakeRun);
  });
}

/** The same run once more, from where the thread is, without what it was asked at first. */
function toWakeRun(run: RunRecord, notBefore: string): NewRun {
  const { config, command: _, fingerprint: __, strict_resume: ___, ...kwargs } = run.kwargs;
  const { checkpoint_id: _id, checkpoint_ns: _ns, checkpoint_map: _map, ...configurable } = config.configurable ?? {};
  return {
    runId: derivedId("wake", run.runId, notBefore),
    threadId: run.threadId,
    assistantId: run.assistantId,
    graphId: run.graphId,
    createdAt: new Date().toISOString(),
    notBefore,
    multitaskStrategy: "enqueue",
    thread: "must-exist",
    assistantConfig: {},
    runConfig: { ...config, configurable },
    assistantMetadata: {},
    runMetadata: run.metadata,
    kwargs: { ...kwargs, input: null, due_at: notBefore, is_waking: true },
    threadTtl: undefined,
  };
}
