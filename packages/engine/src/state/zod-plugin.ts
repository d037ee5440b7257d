import { z as z3 } from "zod/v3";
import { z as z4 } from "zod/v4";
import { type SchemaMeta, withLangGraph } from "./schema-meta.ts";

type Field = Parameters<typeof withLangGraph>[0];

/** What `schema.langgraph` offers. Both return the schema itself. */
export interface ZodLangGraph<TSchema = Field> {
  reducer(fn: (current: never, update: never) => unknown, options?: { schema?: Field } | Field): TSchema;
  metadata(extra: NonNullable<SchemaMeta["jsonSchemaExtra"]>): TSchema;
}

/**
 * Gives the schemas of zod 3 and 4 a `langgraph` property.
 *
 * @deprecated Use `withLangGraph`, or the registry with zod 4.
 */
export function installZodPlugin(): void {
  install(z3.ZodType.prototype);
  // Schemas of zod 4 do not inherit from `ZodType`: each class is a prototype of its own.
  for (const [name, type] of Object.entries(z4)) {
    if (name.startsWith("Zod") && typeof type === "function" && "init" in type) install(type.prototype as object);
  }
}

function install(prototype: object): void {
  if (Object.hasOwn(prototype, "langgraph")) return;
  Object.defineProperty(prototype, "langgraph", {
    get(this: Field): ZodLangGraph {
      return {
        reducer: (fn, schema) => {
          const reducer = { fn: fn as NonNullable<SchemaMeta["reducer"]>["fn"] };
          return withLangGraph(this, {
            reducer: schema === undefined ? reducer : { ...reducer, schema: schema as Field },
          });
        },
        metadata: (jsonSchemaExtra) => withLangGraph(this, { jsonSchemaExtra }),
      };
    },
  });
}
