import { $ZodRegistry, type $ZodType } from "zod/v4/core";
import { type SchemaMeta, type SchemaMetaRegistry, schemaMetaRegistry } from "./schema-meta.ts";

/** Upstream marks descriptions that carry extras with it. */
export const META_EXTRAS_DESCRIPTION_PREFIX = "lg:";

/**
 * The registry of graphs in the form of zod 4.
 *
 * @example z.array(z.string()).register(registry, { reducer: { fn: (a, b) => a.concat(b) }, default: () => [] })
 */
export class LanggraphZodMetaRegistry extends $ZodRegistry<SchemaMeta & { [key: string]: unknown }, $ZodType> {
  protected parent: SchemaMetaRegistry;

  constructor(parent: SchemaMetaRegistry) {
    super();
    this.parent = parent;
  }

  override add(schema: $ZodType, ...meta: unknown[]): this {
    const [first] = meta;
    if (typeof first === "object" && first !== null) this.parent.extend(schema as never, () => first as SchemaMeta);
    return super.add(schema, ...(meta as [never]));
  }
}

export const registry: LanggraphZodMetaRegistry = new LanggraphZodMetaRegistry(schemaMetaRegistry);
