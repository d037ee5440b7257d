import type { RunnableConfig } from "@langchain/core/runnables";
import type { Graph as DrawableGraph } from "@langchain/core/runnables/graph";
import type { AnyRecord } from "../runtime/any-record.ts";
import { drawGraph } from "./draw.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { Pregel } from "./pregel.ts";
import type { PregelParams } from "./pregel-options.ts";

/** A graph that was drawn with a builder, and can be drawn as a diagram. */
export class CompiledGraph<
  N extends string = string,
  // biome-ignore lint/suspicious/noExplicitAny: upstream's defaults of an untyped graph
  State = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  Update = any,
  ContextType extends AnyRecord = AnyRecord,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  InputType = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  OutputType = any,
  NodeReturnType = unknown,
  CommandType = unknown,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  StreamCustomType = any,
> extends Pregel<InputType, OutputType, ContextType, Update, State, NodeReturnType, CommandType, StreamCustomType, N> {
  declare "~NodeType": N;
  declare "~NodeReturnType": NodeReturnType;
  declare "~RunInput": Update;
  declare "~RunOutput": State;
  builder: GraphBuilder;

  constructor(fields: PregelParams & { builder: GraphBuilder }) {
    super(fields);
    this.builder = fields.builder;
  }

  /** The graph as a diagram; `xray` opens nested graphs, a number so many levels. */
  override async getGraphAsync(config?: RunnableConfig & { xray?: boolean | number }): Promise<DrawableGraph> {
    return drawGraph(this, config?.xray ?? false);
  }

  /** @deprecated Use `getGraphAsync`. */
  override getGraph(config?: RunnableConfig & { xray?: boolean | number }): DrawableGraph {
    return drawGraph(this, config?.xray ?? false);
  }
}
