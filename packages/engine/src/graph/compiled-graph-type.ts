import type { AnyRecord } from "../runtime/any-record.ts";
import type { CompiledGraph } from "./compiled-graph.ts";

type Slot<Spec, Key extends string, Default> = Key extends keyof Spec ? Spec[Key] : Default;

type ContextSlot<Spec> = Spec extends { context: infer Context extends AnyRecord } ? Context : AnyRecord;

type NodeSlot<Spec> = Spec extends { node: infer Node extends string } ? Node : string;

/**
 * A compiled graph by named types: those that are not named stay open.
 *
 * @example type Agent = CompiledGraphType<{ state: State; update: Update }>
 */
export type CompiledGraphType<Spec extends object = object> = CompiledGraph<
  NodeSlot<Spec>,
  Slot<Spec, "state", AnyRecord>,
  Slot<Spec, "update", AnyRecord>,
  ContextSlot<Spec>,
  Slot<Spec, "input", AnyRecord>,
  Slot<Spec, "output", AnyRecord>,
  Slot<Spec, "nodeReturn", unknown>,
  Slot<Spec, "command", unknown>,
  Slot<Spec, "streamCustom", AnyRecord>
>;
