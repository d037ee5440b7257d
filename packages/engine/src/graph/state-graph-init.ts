import { isInteropZodObject } from "@langchain/core/utils/types";
import { StateGraphInputError } from "../errors.ts";
import { AnnotationRoot, type SingleReducer, type StateDefinition, toChannel } from "../state/annotation.ts";
import { isStateDefinitionInit, type StateDefinitionInit } from "../state/state-definition.ts";

/** Legacy: channels by reducer; null keeps the last value. */
export interface StateGraphArgs<Channels extends object | unknown> {
  channels: Channels extends object
    ? // biome-ignore lint/suspicious/noExplicitAny: upstream's type: a reducer takes any update
      { [K in keyof Channels]: SingleReducer<Channels[K], any> } | { __root__: SingleReducer<Channels, any> }
    : { __root__: SingleReducer<Channels> };
}

/** Legacy: input and output by annotations, the input's is the state. */
export interface StateGraphArgsWithInputOutputSchemas<SD extends StateDefinition, O extends StateDefinition = SD> {
  input: AnnotationRoot<SD>;
  output: AnnotationRoot<O>;
}

/** Legacy: state, input and output by annotations. */
export interface StateGraphArgsWithStateSchema<
  SD extends StateDefinition,
  I extends StateDefinition,
  O extends StateDefinition,
> {
  stateSchema: AnnotationRoot<SD>;
  input?: AnnotationRoot<I>;
  output?: AnnotationRoot<O>;
}

/** Options beside the state itself. */
export interface StateGraphOptions<
  I extends StateDefinitionInit | undefined = undefined,
  O extends StateDefinitionInit | undefined = undefined,
  C extends StateDefinitionInit | undefined = undefined,
  N extends string = string,
  InterruptType = unknown,
  WriterType = unknown,
> {
  input?: I;
  output?: O;
  /** Schema of `context`, for types and validation. */
  context?: C;
  /** For the type checker: what the graph asks. */
  interrupt?: InterruptType;
  /** For the type checker: what the graph writes to the `custom` stream. */
  writer?: WriterType;
  nodes?: N[];
}

export interface StateGraphInit<
  SD extends StateDefinitionInit = StateDefinitionInit,
  I extends StateDefinitionInit | undefined = undefined,
  O extends StateDefinitionInit | undefined = undefined,
  C extends StateDefinitionInit | undefined = undefined,
  N extends string = string,
  InterruptType = unknown,
  WriterType = unknown,
> extends StateGraphOptions<I, O, C, N, InterruptType, WriterType> {
  state?: SD;
  stateSchema?: SD;
}

/** The schemas of a graph, whatever form they were given in. */
export interface ResolvedInit {
  state: StateDefinitionInit;
  input: StateDefinitionInit | undefined;
  output: StateDefinitionInit | undefined;
  context: unknown;
}

/** Reads the two arguments of `new StateGraph`. */
export function resolveInit(first: unknown, second: unknown): ResolvedInit {
  if (typeof first !== "object" || first === null) throw new StateGraphInputError();
  if (isLegacyArgs(first))
    return { state: legacyState(first.channels), input: undefined, output: undefined, context: contextOf(second) };
  const fields = first as StateGraphInit;
  const state = fields.state ?? fields.stateSchema;
  if (isDeclaration(state)) return fromFields(state, fields, second);
  if (isDeclaration(fields.input) && isDeclaration(fields.output)) return fromFields(fields.input, fields, second);
  if (isDeclaration(first)) return fromFields(first, isOptions(second) ? second : {}, second);
  if (isDeclaration(fields.input)) return fromFields(fields.input, fields, second);
  if (isStateDefinitionInit(first)) return fromFields(first, isOptions(second) ? second : {}, second);
  throw new StateGraphInputError();
}

function fromFields(
  state: StateDefinitionInit,
  fields: StateGraphInit | StateGraphOptions,
  second: unknown,
): ResolvedInit {
  const { input, output, context } = fields as StateGraphInit;
  return { state, input, output, context: context ?? contextOf(second) };
}

/** A declaration that cannot be mistaken for a record of options: a schema or an annotation. */
function isDeclaration(value: unknown): value is StateDefinitionInit {
  return (
    isStateDefinitionInit(value) &&
    (AnnotationRoot.isInstance(value) || isInteropZodObject(value) || isBranded(value) || isSpec(value))
  );
}

function isBranded(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length > 0;
}

function isSpec(value: object): boolean {
  return !("input" in value || "output" in value || "stateSchema" in value || "state" in value);
}

function isLegacyArgs(value: object): value is { channels: Record<string, SingleReducer<unknown>> | null } {
  return "channels" in value && !isDeclaration(value);
}

function legacyState(channels: Record<string, SingleReducer<unknown>> | null): StateDefinition {
  const spec: StateDefinition = {};
  for (const [key, annotation] of Object.entries(channels ?? {})) spec[key] = () => toChannel(annotation);
  return spec;
}

function isOptions(value: unknown): value is StateGraphOptions {
  if (typeof value !== "object" || value === null || AnnotationRoot.isInstance(value) || isInteropZodObject(value))
    return false;
  return ["input", "output", "context", "interrupt", "writer", "nodes"].some((key) => key in value);
}

function contextOf(second: unknown): unknown {
  return second === undefined || isOptions(second) ? undefined : second;
}
