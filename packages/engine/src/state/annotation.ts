import { BinaryOperatorAggregate } from "../channels/binary-operator-aggregate.ts";
import type { BaseChannel, BinaryOperator } from "../channels/channel.ts";
import { LastValue } from "../channels/last-value.ts";
import type { OverwriteValue } from "../runtime/overwrite.ts";

/** How one key of the state is kept: reduced, or (null) replaced. `value` is the former name of `reducer`. */
export type SingleReducer<ValueType, UpdateType = ValueType> =
  | { reducer: BinaryOperator<ValueType, UpdateType>; default?: () => ValueType }
  | { value: BinaryOperator<ValueType, UpdateType>; default?: () => ValueType }
  | null;

/** State key → its channel, or what makes it. */
export interface StateDefinition {
  [key: string]: BaseChannel | (() => BaseChannel);
}

type ExtractValueType<C> = C extends BaseChannel
  ? C["ValueType"]
  : C extends () => BaseChannel
    ? ReturnType<C>["ValueType"]
    : never;

type ExtractUpdateType<C> = C extends BaseChannel
  ? C["UpdateType"]
  : C extends () => BaseChannel
    ? ReturnType<C>["UpdateType"]
    : never;

/** What a node receives. */
export type StateType<SD extends StateDefinition> = { [key in keyof SD]: ExtractValueType<SD[key]> };

/** What a node may return. */
export type UpdateType<SD extends StateDefinition> = { [key in keyof SD]?: ExtractUpdateType<SD[key]> };

/** A node of a graph with this state. */
export type NodeType<SD extends StateDefinition> = (
  state: StateType<SD>,
  // biome-ignore lint/suspicious/noExplicitAny: the runtime's type depends on the graph, not on the state
  config: any,
) => UpdateType<SD> | Partial<StateType<SD>> | Promise<UpdateType<SD> | Partial<StateType<SD>>>;

/** A state definition; its phantom fields name the types of state, update and node. */
export class AnnotationRoot<SD extends StateDefinition> {
  lc_graph_name = "AnnotationRoot";
  declare State: StateType<SD>;
  declare Update: UpdateType<SD>;
  declare Node: NodeType<SD>;
  spec: SD;

  constructor(spec: SD) {
    this.spec = spec;
  }

  static isInstance(value: unknown): value is AnnotationRoot<StateDefinition> {
    return (
      typeof value === "object" &&
      value !== null &&
      "lc_graph_name" in value &&
      value.lc_graph_name === "AnnotationRoot"
    );
  }
}

export interface AnnotationFunction {
  /** A key with a reducer. */
  <ValueType, UpdateType = ValueType>(
    annotation: SingleReducer<ValueType, UpdateType>,
  ): BaseChannel<ValueType, OverwriteValue<ValueType> | UpdateType>;
  /** A key that keeps its last value. */
  <ValueType>(): LastValue<ValueType>;
  /** The whole state. */
  Root: <S extends StateDefinition>(spec: S) => AnnotationRoot<S>;
}

/**
 * Declares the state of a graph.
 *
 * @example
 * const State = Annotation.Root({
 *   topic: Annotation<string>,
 *   log: Annotation<string[]>({ reducer: (a, b) => a.concat(b), default: () => [] }),
 * })
 */
export const Annotation: AnnotationFunction = Object.assign(
  (annotation?: SingleReducer<unknown>) => toChannel(annotation),
  { Root: <S extends StateDefinition>(spec: S) => new AnnotationRoot(spec) },
) as AnnotationFunction;

/** The channel that a reducer declaration stands for. */
export function toChannel(annotation: SingleReducer<unknown> | undefined): BaseChannel {
  if (typeof annotation === "object" && annotation !== null) {
    const operator = "reducer" in annotation ? annotation.reducer : annotation.value;
    if (typeof operator === "function") return new BinaryOperatorAggregate(operator, annotation.default);
  }
  return new LastValue();
}
