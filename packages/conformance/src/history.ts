import type { Checkpoint, Checkpointer, CheckpointTuple } from "@heddle/checkpoint";

export interface Steps {
  threadId: string;
  steps: number;
  ns?: string;
  /** How many steps the thread has already. */
  after?: number;
  /** Goes into every message. */
  text?: string;
  runId?: string;
}

/**
 * Stores checkpoints as a run of a chat does: each adds one message to those before and has one write on top, which comes while
 * the checkpoint is being put, of every second one after it.
 */
export async function putSteps(checkpointer: Checkpointer, options: Steps): Promise<Checkpoint[]> {
  const { threadId, steps, ns = "", after = 0, text = "hello", runId } = options;
  const made: Checkpoint[] = [];
  for (let step = after; step < after + steps; step++) {
    const checkpoint = stepCheckpoint(step, text);
    const parent = step === 0 ? {} : { checkpoint_id: stepId(step - 1) };
    const metadata = { source: "loop", step, parents: {}, ...(runId === undefined ? {} : { run_id: runId }) } as const;
    const scope = { thread_id: threadId, checkpoint_ns: ns };
    const putting = checkpointer.put({ configurable: { ...scope, ...parent } }, checkpoint, metadata, {
      messages: step + 1,
    });
    if (step % 2 === 1) await putting;
    const config = { configurable: { ...scope, checkpoint_id: checkpoint.id } };
    await checkpointer.putWrites(config, [["messages", [`write ${step}`]]], `task-${step}`, "~__pregel_pull, a");
    await putting;
    made.push(checkpoint);
  }
  return made;
}

/** Ids grow with the step. */
export function stepId(step: number): string {
  return `1f0c${String(step).padStart(4, "0")}-0000-6000-8000-000000000000`;
}

export function stepCheckpoint(step: number, text = "hello"): Checkpoint {
  const messages = Array.from({ length: step + 1 }, (_, index) => ({ type: "human", content: `${text} ${index}` }));
  return {
    v: 4,
    id: stepId(step),
    ts: "2026-11-24T06:30:00.000Z",
    channel_values: { messages, constant: "c" },
    channel_versions: { messages: step + 1, constant: 1 },
    versions_seen: { __input__: {}, agent: { messages: step } },
  };
}

/** All checkpoints of a thread, newest first. */
export async function historyOf(checkpointer: Checkpointer, threadId: string, ns?: string): Promise<CheckpointTuple[]> {
  const scope = ns === undefined ? {} : { checkpoint_ns: ns };
  const tuples: CheckpointTuple[] = [];
  for await (const tuple of checkpointer.list({ configurable: { thread_id: threadId, ...scope } })) tuples.push(tuple);
  return tuples;
}
