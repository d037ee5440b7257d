import type { BaseMessage } from "@langchain/core/messages";
import { z } from "zod/v3";
import { MessagesZodMeta } from "./messages-value.ts";
import { withLangGraph } from "./schema-meta.ts";

/** The state of a conversation for zod: one key, `messages`. */
export const MessagesZodState: z.ZodObject<{ messages: z.ZodType<BaseMessage[]> }> = z.object({
  messages: withLangGraph(z.custom<BaseMessage[]>() as never, MessagesZodMeta as never) as unknown as z.ZodType<
    BaseMessage[]
  >,
});
