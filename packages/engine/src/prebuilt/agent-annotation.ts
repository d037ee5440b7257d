import type { BaseMessage } from "@langchain/core/messages";
import type { BaseChannel } from "../channels/channel.ts";
import type { LastValue } from "../channels/last-value.ts";
import type { AnyRecord } from "../runtime/any-record.ts";
import type { OverwriteValue } from "../runtime/overwrite.ts";
import { Annotation, type AnnotationRoot } from "../state/annotation.ts";
import { type Messages, messagesStateReducer } from "../state/messages-reducer.ts";

/** The state of a react agent, as its hooks and prompts see it. */
export interface AgentState<TStructuredResponse extends AnyRecord = AnyRecord> {
  messages: BaseMessage[];
  structuredResponse: TStructuredResponse;
}

/** The state of a react agent without a schema of its own. */
export function createReactAgentAnnotation<T extends AnyRecord = AnyRecord>(): AnnotationRoot<{
  messages: BaseChannel<BaseMessage[], OverwriteValue<BaseMessage[]> | Messages>;
  structuredResponse: () => LastValue<T>;
}> {
  return Annotation.Root({
    messages: Annotation<BaseMessage[], Messages>({ reducer: messagesStateReducer, default: () => [] }),
    structuredResponse: Annotation<T>,
  }) as never;
}

/** What a pre-model hook may give: messages for the model only, replaced each time. */
export const PreHookAnnotation: AnnotationRoot<{
  llmInputMessages: BaseChannel<BaseMessage[], OverwriteValue<BaseMessage[]> | Messages>;
}> = Annotation.Root({
  llmInputMessages: Annotation<BaseMessage[], Messages>({
    reducer: (_, update) => messagesStateReducer([], update),
    default: () => [],
  }),
});
