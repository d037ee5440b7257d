import { installZodPlugin } from "@heddle/engine/zod";

// Importing this entry point gives zod's schemas the `langgraph` property, as upstream's does.
installZodPlugin();

export {
  type InteropZodToStateDefinition,
  type ReducedZodChannel,
  type SchemaMeta,
  SchemaMetaRegistry,
  schemaMetaRegistry,
  type UpdateType,
  withLangGraph,
} from "@heddle/engine";
export {
  LanggraphZodMetaRegistry,
  META_EXTRAS_DESCRIPTION_PREFIX,
  registry,
  type ZodLangGraph,
} from "@heddle/engine/zod";
