import type { BaseChannel } from "../channels/channel.ts";
import { EphemeralValue } from "../channels/ephemeral-value.ts";
import { isSend } from "../runtime/command.ts";
import { END, START, TAG_HIDDEN, TASKS } from "../runtime/constants.ts";
import { type NodeWriter, PregelNode } from "../step/pregel-node.ts";
import type { Branch, BranchOptions } from "./branch.ts";
import type { CompileOptions } from "./compile-options.ts";
import { CompiledGraph } from "./compiled-graph.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { AddNodeOptions } from "./node-spec.ts";
import { graphsIn, toNodeFunction } from "./to-node-function.ts";

/** Legacy: a graph without a state. What a node returns is the input of the next. */
export class Graph extends GraphBuilder {
  addNode(
    first: string | Record<string, unknown> | [string, unknown, AddNodeOptions?][],
    action?: unknown,
    options?: AddNodeOptions,
  ): this {
    const entries: [string, unknown, AddNodeOptions?][] =
      typeof first === "string"
        ? [[first, action, options ?? {}]]
        : Array.isArray(first)
          ? first
          : Object.entries(first);
    if (entries.length === 0) throw new Error("No nodes provided in `addNode`");
    for (const [name, runnable, { metadata, subgraphs, ends } = {}] of entries) {
      this.putNode(name, { runnable, metadata, subgraphs: subgraphs ?? graphsIn(runnable), ends });
    }
    return this;
  }

  addEdge(from: string, to: string): this {
    if ([...this.edges].some(([start]) => start === from)) {
      throw new Error(`Already found path for ${from}. For multiple edges, use StateGraph.`);
    }
    if (from === START && to === END) throw new Error("Cannot have an edge from START to END.");
    this.putEdge(from, to);
    return this;
  }

  addConditionalEdges(source: unknown, path?: unknown, pathMap?: unknown): this {
    this.putBranch((typeof source === "object" ? source : { source, path, pathMap }) as BranchOptions<unknown, string>);
    return this;
  }

  /** @deprecated Use `addEdge(START, key)`. */
  setEntryPoint(key: string): this {
    return this.addEdge(START, key);
  }

  /** @deprecated Use `addEdge(key, END)`. */
  setFinishPoint(key: string): this {
    return this.addEdge(key, END);
  }

  compile(options: CompileOptions = {}): CompiledGraph {
    const { interruptBefore, interruptAfter } = options;
    this.validate([interruptBefore, interruptAfter].flatMap((points) => (Array.isArray(points) ? points : [])));
    const channels: Record<string, BaseChannel> = { [START]: new EphemeralValue(), [END]: new EphemeralValue() };
    const nodes: Record<string, PregelNode> = {};
    for (const [name, spec] of Object.entries(this.nodes)) {
      channels[name] = new EphemeralValue(false);
      const triggers = this.#triggers(name);
      nodes[name] = new PregelNode({
        channels: triggers,
        triggers,
        run: toNodeFunction(spec.runnable),
        bound: spec.runnable,
        metadata: spec.metadata ?? {},
        subgraphs: spec.subgraphs ?? [],
        writers: this.#writers(name),
      });
      for (const trigger of triggers) channels[trigger] ??= new EphemeralValue(false);
    }
    if (this.branches[START] !== undefined) {
      nodes[START] = new PregelNode({
        channels: [START],
        triggers: [START],
        tags: [TAG_HIDDEN],
        writers: this.#writers(START),
      });
    }
    return new CompiledGraph({
      builder: this,
      nodes,
      channels,
      inputChannels: START,
      outputChannels: END,
      streamChannels: Object.keys(this.nodes),
      streamMode: "values",
      autoValidate: false,
      interruptBefore,
      interruptAfter,
      checkpointer: options.checkpointer,
      store: options.store,
      name: options.name,
    });
  }

  /** A node runs when one before it has written its output, or a branch has chosen it. */
  #triggers(name: string): string[] {
    const sources = [...this.edges].filter(([, to]) => to === name).map(([from]) => from);
    const branches = Object.entries(this.branches).flatMap(([source, named]) =>
      Object.values(named)
        .filter(({ ends }) => ends === undefined || Object.values(ends).includes(name))
        .map((branch) => branchInput(source, branch, name)),
    );
    return [...sources, ...branches];
  }

  /** A node writes its output to the channel of its own name. */
  #writers(source: string): NodeWriter[] {
    const ends = [...this.edges].some(([from, to]) => from === source && to === END);
    const branches = Object.values(this.branches[source] ?? {});
    const toOwn: NodeWriter = (output, { writes }) => {
      if (source !== START) writes.push([source, output]);
      if (ends) writes.push([END, output]);
    };
    return [toOwn, ...branches.map((branch) => routeOutput(source, branch))];
  }
}

function branchInput(source: string, branch: Branch, target: string): string {
  return target === END ? END : `branch:${source}:${branch.name}:${target}`;
}

/** A branch decides by the output itself, and passes it on. */
function routeOutput(source: string, branch: Branch): NodeWriter {
  return async (output, { config, writes }) => {
    for (const target of await branch.targets(output, config)) {
      if (isSend(target)) writes.push([TASKS, target]);
      else writes.push([branchInput(source, branch, target), output]);
    }
  };
}
