import type { RunCreate } from "@heddle/protocol";
import type { RunsStreamPayload } from "./run-payload.ts";

/** The body that creates a run. */
export function toRunBody(assistantId: string, payload: RunsStreamPayload): UndefinedAllowed<RunCreate> {
  return { ...toRunFields(payload), assistant_id: assistantId };
}

/** A payload in the words of the wire. What nobody gave is undefined, and so is not sent. */
export function toRunFields(payload: RunsStreamPayload): UndefinedAllowed<Omit<RunCreate, "assistant_id">> {
  return {
    input: payload.input,
    command: payload.command,
    config: payload.config,
    context: payload.context,
    metadata: payload.metadata,
    checkpoint: payload.checkpoint as RunCreate["checkpoint"],
    checkpoint_id: payload.checkpointId,
    stream_mode: payload.streamMode,
    stream_subgraphs: payload.streamSubgraphs,
    stream_resumable: payload.streamResumable,
    interrupt_before: payload.interruptBefore,
    interrupt_after: payload.interruptAfter,
    webhook: payload.webhook,
    multitask_strategy: payload.multitaskStrategy,
    on_disconnect: payload.onDisconnect,
    on_completion: payload.onCompletion as RunCreate["on_completion"],
    if_not_exists: payload.ifNotExists,
    after_seconds: payload.afterSeconds,
    durability: payload.durability,
    checkpoint_during: payload.checkpointDuring,
    strict_resume: payload.strictResume,
    feedback_keys: payload.feedbackKeys,
  };
}

type UndefinedAllowed<T> = { [Key in keyof T]: T[Key] | undefined } & { strict_resume?: boolean | undefined };
