import { Runnable } from "@langchain/core/runnables";
import { Graph as DrawableGraph, type Node as DrawableNode } from "@langchain/core/runnables/graph";
import { END, START } from "../runtime/constants.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import type { NodeSpec } from "./node-spec.ts";
import { graphsIn } from "./to-node-function.ts";

/** What drawing needs of a compiled graph. */
export interface DrawnGraph {
  readonly builder: GraphBuilder;
  readonly interruptBefore?: string[] | "*";
  readonly interruptAfter?: string[] | "*";
}

/** A compiled graph as core's drawable graph: for diagrams and `toJSON`. */
export function drawGraph(compiled: DrawnGraph, xray: boolean | number): DrawableGraph {
  return new Drawing(compiled, xray).draw();
}

class Drawing {
  readonly #compiled: DrawnGraph;
  readonly #xray: boolean | number;
  readonly #graph = new DrawableGraph();
  /** Node name → where edges to it end and edges from it begin: its own frame, or the ends of the opened graph. */
  readonly #starts = new Map<string, DrawableNode>();
  readonly #ends = new Map<string, DrawableNode>();

  constructor(compiled: DrawnGraph, xray: boolean | number) {
    this.#compiled = compiled;
    this.#xray = xray;
  }

  draw(): DrawableGraph {
    const { builder } = this.#compiled;
    this.#addPlain(START);
    for (const [name, spec] of Object.entries(builder.nodes)) this.#addNode(name, spec);
    const edges = [...builder.allEdges].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    for (const [from, to] of edges) this.#connect(from, to);
    for (const [source, branches] of Object.entries(builder.branches)) {
      for (const branch of Object.values(branches)) this.#connectBranch(source, branch.ends);
    }
    for (const [name, spec] of Object.entries(builder.nodes)) {
      for (const end of spec.ends ?? []) this.#connect(name, end, undefined, true);
    }
    this.#connectLooseEnds();
    return this.#graph;
  }

  #addPlain(name: string): DrawableNode {
    const node = this.#graph.addNode(ANYTHING as never, drawnName(name));
    this.#starts.set(name, node);
    this.#ends.set(name, node);
    return node;
  }

  #addNode(name: string, { runnable, metadata, subgraphs }: NodeSpec): void {
    const shown = { ...metadata, ...toolNames(runnable), ...this.#interruptMark(name) };
    const nested = this.#xray ? (subgraphs ?? graphsIn(runnable))[0] : undefined;
    if (nested !== undefined) {
      const depth = typeof this.#xray === "number" ? this.#xray - 1 : this.#xray;
      const opened = drawGraph(nested as DrawnGraph, depth);
      opened.trimFirstNode();
      opened.trimLastNode();
      // A nested graph of one node stays closed, as upstream draws it.
      if (Object.keys(opened.nodes).length > 1) {
        const [first, last] = this.#graph.extend(opened, drawnName(name));
        if (first !== undefined) this.#starts.set(name, first as DrawableNode);
        if (last !== undefined) this.#ends.set(name, last as DrawableNode);
        return;
      }
    }
    const data = Runnable.isRunnable(runnable) ? (runnable as Runnable) : new FunctionNode(name);
    const node = this.#graph.addNode(data, drawnName(name), shown);
    this.#starts.set(name, node);
    this.#ends.set(name, node);
  }

  #interruptMark(name: string): Record<string, unknown> {
    const { interruptBefore, interruptAfter } = this.#compiled;
    const marks: string[] = [];
    if (interruptBefore !== "*" && interruptBefore?.includes(name)) marks.push("before");
    if (interruptAfter !== "*" && interruptAfter?.includes(name)) marks.push("after");
    return marks.length === 0 ? {} : { __interrupt: marks.join(",") };
  }

  #connectBranch(source: string, ends: Record<string, string> | undefined): void {
    const all = Object.keys(this.#compiled.builder.nodes).filter((name) => name !== source);
    const targets = ends ?? Object.fromEntries([...all, END].map((name) => [name, name]));
    for (const [label, end] of Object.entries(targets))
      this.#connect(source, end, label === end ? undefined : label, true);
  }

  #connect(from: string, to: string, label?: string, isConditional = false): void {
    if (to === END && !this.#starts.has(END)) this.#addPlain(END);
    const source = this.#ends.get(from);
    const target = this.#starts.get(to);
    if (source !== undefined && target !== undefined) this.#graph.addEdge(source, target, label, isConditional);
  }

  /** A node that nothing follows ends the graph. */
  #connectLooseEnds(): void {
    const { builder } = this.#compiled;
    const edges = [...builder.allEdges];
    for (const [name, spec] of Object.entries(builder.nodes)) {
      const isLeft =
        edges.some(([from]) => from === name) || Object.hasOwn(builder.branches, name) || (spec.ends?.length ?? 0) > 0;
      if (isLeft || spec.isErrorHandler === true) continue;
      if (edges.some(([, to]) => to === name)) this.#connect(name, END);
    }
  }
}

/** A node with tools shows their names. */
function toolNames(runnable: unknown): { __tools?: string[] } {
  if (typeof runnable !== "object" || runnable === null || !("tools" in runnable) || !Array.isArray(runnable.tools))
    return {};
  const names = runnable.tools.map((tool: { name?: unknown }) => tool.name).filter((name) => typeof name === "string");
  return names.length === 0 ? {} : { __tools: names };
}

/** Mermaid takes the bare word for its own. */
function drawnName(name: string): string {
  return name === "subgraph" ? `"${name}"` : name;
}

/** Start and end are drawn as the schema of what goes in and out. */
const ANYTHING = { schema: { $schema: "https://json-schema.org/draft/2020-12/schema" } };

/** A function in a diagram; the class name is part of the wire format. */
class FunctionNode extends Runnable {
  static override lc_name(): string {
    return "RunnableCallable";
  }
  override lc_namespace = ["langgraph"];

  constructor(name: string) {
    super();
    this.name = name;
  }

  override async invoke(input: unknown): Promise<unknown> {
    return input;
  }
}
