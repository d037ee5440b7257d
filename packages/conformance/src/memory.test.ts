import { InMemoryStore, MemorySaver } from "@heddle/checkpoint";
import { describe } from "vitest";
import { describeCheckpointStorage } from "./describe-checkpoint-storage.ts";
import { describeCheckpointer } from "./describe-checkpointer.ts";
import { describeStore } from "./describe-store.ts";

describe("in memory", () => {
  const close = () => Promise.resolve();
  describeCheckpointer(async () => ({ checkpointer: new MemorySaver(), close }));
  describeCheckpointStorage(async () => ({ checkpointer: new MemorySaver(), close }));
  describeStore(async () => ({ store: new InMemoryStore(), close }));
});
