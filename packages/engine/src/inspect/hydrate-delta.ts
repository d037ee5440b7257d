import type { Checkpoint, Checkpointer } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import { isDeltaChannel } from "../channels/delta-channel.ts";
import { deltaHistoryReader } from "../channels/delta-history.ts";
import type { GraphState } from "../step/graph-state.ts";
import type { Program } from "../step/program.ts";

/** Rebuilds delta channels whose checkpoint does not hold a snapshot: from the last snapshot and the writes since. */
export async function hydrateDelta(
  program: Program,
  saver: Checkpointer,
  config: RunnableConfig,
  checkpoint: Checkpoint,
  state: GraphState,
): Promise<void> {
  const missing = program.deltaChannels.filter((name) => !Object.hasOwn(checkpoint.channel_values, name));
  if (missing.length === 0) return;
  const histories = await deltaHistoryReader(saver)({ config, channels: missing });
  for (const name of missing) {
    const history = histories[name];
    const spec = program.channels[name];
    if (history === undefined || !isDeltaChannel(spec)) continue;
    const channel = spec.fromCheckpoint(history.seed);
    channel.replay(history.writes.map(([, , value]) => value));
    state.channels.set(name, channel);
  }
}
