// The whole

// One suite per contract
export { describeAssistants } from "./describe-assistants.ts";
export { describeBackend } from "./describe-backend.ts";
export { describeCheckpointStorage, type OpenCheckpointStorage } from "./describe-checkpoint-storage.ts";
export { describeCheckpointer, type OpenCheckpointer } from "./describe-checkpointer.ts";
// Two users of one server, and one who may do nothing
export { type DenialBench, describeDenial } from "./describe-denial.ts";
export { describeDurableStore } from "./describe-durable-store.ts";
export { describeEventLog } from "./describe-event-log.ts";
export { describeIsolation, type IsolationBench } from "./describe-isolation.ts";
export { describeRunQueue } from "./describe-run-queue.ts";
export { describeRuns } from "./describe-runs.ts";
export { describeStore, type OpenStore } from "./describe-store.ts";
export { describeThreads } from "./describe-threads.ts";
// What tests of queues say again and again
export { TestClock } from "./test-clock.ts";
export { newRun, type OpenBackend } from "./workbench.ts";
