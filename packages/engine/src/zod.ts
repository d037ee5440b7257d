// The names that need zod itself; everything else recognises zod schemas by their shape.

export { MessagesZodState } from "./state/messages-zod-state.ts";
export { LanggraphZodMetaRegistry, registry } from "./state/zod-registry.ts";
