import type { Assistants } from "@heddle/backend";
import type { Config } from "@heddle/protocol";
import { defaultAssistantId } from "../ids.ts";
import type { GraphRegistry } from "./graph-registry.ts";

/** Graph id → what its default assistant is made with. */
export type AssistantDefaults = Record<string, Config & { context?: unknown }>;

/** One default assistant per graph; one that is there already stays as its users left it. */
export async function createDefaultAssistants(
  assistants: Assistants,
  graphs: GraphRegistry,
  defaults: AssistantDefaults,
): Promise<void> {
  const createdAt = new Date().toISOString();
  const ids = [...graphs.ids(), ...graphs.failures().map(({ graphId }) => graphId)];
  await Promise.all(
    ids.map((graphId) => {
      const { context = {}, ...config } = defaults[graphId] ?? {};
      return assistants.create({
        assistantId: defaultAssistantId(graphId),
        graphId,
        name: graphId,
        description: null,
        config,
        context,
        metadata: { created_by: "system" },
        createdAt,
      });
    }),
  );
}
