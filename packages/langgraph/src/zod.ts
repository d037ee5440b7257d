export {
  type InteropZodToStateDefinition,
  type ReducedZodChannel,
  type SchemaMeta,
  SchemaMetaRegistry,
  schemaMetaRegistry,
  withLangGraph,
} from "@heddle/engine";
export { LanggraphZodMetaRegistry, registry } from "@heddle/engine/zod";
