import type { AnyRecord } from "../runtime/any-record.ts";
import type { Send } from "../runtime/command.ts";
import type { END } from "../runtime/constants.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import type { AnnotationRoot, StateDefinition } from "../state/annotation.ts";
import type { SerializableSchema } from "../state/standard-schema.ts";
import type { ExtractStateType, ExtractUpdateType } from "../state/state-definition.ts";
import type { GraphNodeReturnValue } from "./node-spec.ts";

// Types for nodes and routers that are declared outside of their graph.

/** A schema of `context`. */
export type ContextSchemaInit = SerializableSchema | AnnotationRoot<StateDefinition>;

/** The schemas of a node that reads one and writes another. */
export interface GraphNodeTypes<
  InputSchema = unknown,
  OutputSchema = unknown,
  ContextSchema = unknown,
  Nodes extends string = string,
> {
  InputSchema?: InputSchema;
  OutputSchema?: OutputSchema;
  ContextSchema?: ContextSchema;
  Nodes?: Nodes;
}

/** The schemas of a router. */
export interface ConditionalEdgeRouterTypes<
  InputSchema = unknown,
  ContextSchema = unknown,
  Nodes extends string = string,
> {
  InputSchema?: InputSchema;
  ContextSchema?: ContextSchema;
  Nodes?: Nodes;
}

type InputOf<Bag> = Bag extends { InputSchema: infer I } ? ExtractStateType<I> : unknown;

type OutputOf<Bag> = Bag extends { OutputSchema: infer O } ? ExtractUpdateType<O> : Partial<InputOf<Bag>>;

type NodesOf<Bag> = Bag extends { Nodes: infer N extends string } ? N : string;

type ContextOf<Bag> = Bag extends { ContextSchema: infer C }
  ? ExtractStateType<C> extends infer Context extends Record<string, unknown>
    ? Context
    : Record<string, unknown>
  : Record<string, unknown>;

/**
 * A node's function, by its state's schema or by a bag of schemas.
 *
 * @example const greet: GraphNode<typeof State> = ({ name }) => ({ text: `Hello ${name}` })
 */
export type GraphNode<Schema, Context extends AnyRecord = AnyRecord, Nodes extends string = string> = Schema extends
  | { InputSchema: unknown }
  | { OutputSchema: unknown }
  ? (
      state: InputOf<Schema>,
      config: LangGraphRunnableConfig<ContextOf<Schema>>,
    ) => GraphNodeReturnValue<OutputOf<Schema>, NodesOf<Schema>>
  : (
      state: ExtractStateType<Schema>,
      config: LangGraphRunnableConfig<Context>,
    ) => GraphNodeReturnValue<ExtractUpdateType<Schema>, Nodes>;

type Route<Nodes extends string, State> = Nodes | typeof END | Send<Nodes, State> | (Nodes | Send<Nodes, State>)[];

/** The function of a conditional edge, by its state's schema or by a bag of schemas. */
export type ConditionalEdgeRouter<
  Schema,
  Context extends AnyRecord = AnyRecord,
  Nodes extends string = string,
> = Schema extends { InputSchema: unknown } | { ContextSchema: unknown }
  ? (
      state: InputOf<Schema>,
      config: LangGraphRunnableConfig<ContextOf<Schema>>,
    ) => Route<NodesOf<Schema>, InputOf<Schema>> | Promise<Route<NodesOf<Schema>, InputOf<Schema>>>
  : (
      state: ExtractStateType<Schema>,
      config: LangGraphRunnableConfig<Context>,
    ) => Route<Nodes, ExtractStateType<Schema>> | Promise<Route<Nodes, ExtractStateType<Schema>>>;
