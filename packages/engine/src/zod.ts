// The names that need zod itself; everything else recognises zod schemas by their shape.

export { MessagesZodState } from "./state/messages-zod-state.ts";
export { installZodPlugin, type ZodLangGraph } from "./state/zod-plugin.ts";
export { LanggraphZodMetaRegistry, META_EXTRAS_DESCRIPTION_PREFIX, registry } from "./state/zod-registry.ts";
