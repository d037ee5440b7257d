import { type PendingWrite, uuid6 } from "@heddle/checkpoint";
import { describeTasks, nestedStateConfigs } from "../inspect/describe-tasks.ts";
import { readChannels } from "../step/read-channels.ts";
import { checkpointChunk } from "../stream/modes/checkpoints.ts";
import { emitDebuggable } from "../stream/modes/debug.ts";
import type { GraphRun } from "./graph-run.ts";

/** Streams the state. After a step only if the step wrote to it. */
export function emitValues(run: GraphRun, writes?: Iterable<readonly PendingWrite[]>): void {
  if (!run.stream.wants("values")) return;
  if (writes !== undefined && !touches(run.outputKeys, writes)) return;
  if (run.stream.wants("envelopes")) run.stream.emit("envelopes", envelope(run));
  run.stream.emit("values", readChannels(run.state.channels, run.outputKeys));
}

/** Which checkpoint the next state belongs to; a run that saves nothing has ids for it all the same. */
function envelope(run: GraphRun): Record<string, unknown> {
  const { step, source } = run.metadata;
  const parent = run.parentConfig?.configurable?.checkpoint_id;
  const id = run.checkpointId === "" ? uuid6(step) : run.checkpointId;
  return parent === undefined ? { id, step, source } : { id, parent_id: parent, step, source };
}

function touches(keys: string | readonly string[], writes: Iterable<readonly PendingWrite[]>): boolean {
  for (const list of writes) {
    for (const [channel] of list) if (typeof keys === "string" ? channel === keys : keys.includes(channel)) return true;
  }
  return false;
}

/** Streams the current checkpoint and what runs next. */
export function emitCheckpoint(run: GraphRun): void {
  const { log } = run;
  if (log === undefined) return;
  emitDebuggable(run.stream, "checkpoint", run.step - 1, () =>
    checkpointChunk({
      config: log.configFor(run.checkpointId),
      parentConfig: run.parentConfig,
      channels: run.state.channels,
      streamKeys: run.program.streamChannels,
      metadata: run.metadata,
      tasks: describeTasks(
        run.tasks,
        run.pendingWrites,
        run.program.streamChannels,
        nestedStateConfigs(run.tasks, run.config.configurable.thread_id),
      ),
    }),
  );
}
