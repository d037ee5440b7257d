import { type Checkpointer, type DeltaChannelHistory, readDeltaChannelHistory } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";

export type ReadDeltaHistory = (options: {
  config: RunnableConfig;
  channels: string[];
}) => Promise<Record<string, DeltaChannelHistory>>;

/** Savers may have a way of their own; any saver can be walked. */
export function deltaHistoryReader(saver: Pick<Checkpointer, "getTuple">): ReadDeltaHistory {
  if ("getDeltaChannelHistory" in saver && typeof saver.getDeltaChannelHistory === "function") {
    return saver.getDeltaChannelHistory.bind(saver) as ReadDeltaHistory;
  }
  return (options) => readDeltaChannelHistory((config) => saver.getTuple(config), options);
}
