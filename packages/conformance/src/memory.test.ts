import { InMemoryStore, MemorySaver } from "@heddle/checkpoint";
import { describe } from "vitest";
import { describeCheckpointer } from "./describe-checkpointer.ts";
import { describeStore } from "./describe-store.ts";

describe("in memory", () => {
  const close = () => Promise.resolve();
  describeCheckpointer(async () => ({ checkpointer: new MemorySaver(), close }));
  describeStore(async () => ({ store: new InMemoryStore(), close }));
});
