import { UnreachableNodeError } from "../errors.ts";
import { END, NAMESPACE_END, NAMESPACE_SEPARATOR, START } from "../runtime/constants.ts";
import { Branch, type BranchOptions } from "./branch.ts";
import type { NodeSpec } from "./node-spec.ts";

/** What every builder has: nodes, edges between them, branches out of them; and the checks before compiling. */
export class GraphBuilder<Spec extends NodeSpec = NodeSpec> {
  nodes: Record<string, Spec> = {};
  edges: Set<[string, string]> = new Set();
  branches: Record<string, Record<string, Branch>> = {};
  entryPoint?: string;
  compiled = false;

  protected warnIfCompiled(message: string): void {
    if (this.compiled) console.warn(message);
  }

  /** Edges of all kinds as pairs. */
  get allEdges(): Set<[string, string]> {
    return this.edges;
  }

  protected putNode(name: string, spec: Spec): void {
    for (const reserved of [NAMESPACE_SEPARATOR, NAMESPACE_END]) {
      if (name.includes(reserved)) {
        throw new Error(`"${reserved}" is a reserved character and is not allowed in node names.`);
      }
    }
    this.warnIfCompiled(
      "Adding a node to a graph that has already been compiled. This will not be reflected in the compiled graph.",
    );
    if (Object.hasOwn(this.nodes, name)) throw new Error(`Node \`${name}\` already present.`);
    if (name === END || name === START) throw new Error(`Node \`${name}\` is reserved.`);
    this.nodes[name] = spec;
  }

  protected putEdge(from: string, to: string): void {
    this.warnIfCompiled(
      "Adding an edge to a graph that has already been compiled. This will not be reflected in the compiled graph.",
    );
    if (from === END) throw new Error("END cannot be a start node");
    if (to === START) throw new Error("START cannot be an end node");
    this.edges.add([from, to]);
  }

  protected putBranch({ source, path, pathMap }: BranchOptions<never, string>): void {
    this.warnIfCompiled(
      "Adding an edge to a graph that has already been compiled. This will not be reflected in the compiled graph.",
    );
    const branch = new Branch(pathMap === undefined ? { path } : { path, pathMap });
    const branches = this.branches[source] ?? {};
    if (Object.hasOwn(branches, branch.name)) {
      throw new Error(`Condition \`${branch.name}\` already present for node \`${source}\``);
    }
    branches[branch.name] = branch;
    this.branches[source] = branches;
  }

  /** Throws unless every edge has two known ends, every node is reachable, and every named interrupt is a node. */
  validate(interrupt?: readonly string[]): void {
    this.#validateSources();
    this.#validateTargets();
    for (const name of interrupt ?? []) {
      if (!Object.hasOwn(this.nodes, name)) throw new Error(`Interrupt node \`${name}\` is not present`);
    }
    this.compiled = true;
  }

  #validateSources(): void {
    const sources = new Set([...this.allEdges].map(([source]) => source));
    for (const source of [...sources, ...Object.keys(this.branches)]) {
      if (source !== START && !Object.hasOwn(this.nodes, source)) {
        throw new Error(`Found edge starting at unknown node \`${source}\``);
      }
    }
  }

  #validateTargets(): void {
    const targets = this.#targets();
    for (const name of Object.keys(this.nodes)) {
      if (!targets.has(name) && this.nodes[name]?.isErrorHandler !== true)
        throw new UnreachableNodeError(unreachable(name), { lc_error_code: "UNREACHABLE_NODE" });
    }
    for (const target of targets) {
      if (target !== END && !Object.hasOwn(this.nodes, target)) {
        throw new Error(`Found edge ending at unknown node \`${target}\``);
      }
    }
  }

  /** Everything some edge, branch, or declared command leads to. */
  #targets(): Set<string> {
    const targets = new Set([...this.allEdges].map(([, target]) => target));
    const names = Object.keys(this.nodes);
    for (const [source, branches] of Object.entries(this.branches)) {
      for (const branch of Object.values(branches)) {
        // A branch that does not say where it leads may lead anywhere else.
        const ends =
          branch.ends === undefined ? [END, ...names.filter((name) => name !== source)] : Object.values(branch.ends);
        for (const end of ends) targets.add(end);
      }
    }
    for (const spec of Object.values(this.nodes)) {
      for (const end of spec.ends ?? []) targets.add(end);
      // A handler's commands may go anywhere.
      if (spec.errorHandlerNode !== undefined) for (const name of names) targets.add(name);
    }
    return targets;
  }
}

function unreachable(name: string): string {
  return [
    `Node \`${name}\` is not reachable.`,
    "",
    "If you are returning Command objects from your node,",
    'make sure you are passing names of potential destination nodes as an "ends" array',
    'into ".addNode(..., { ends: ["node1", "node2"] })".',
  ].join("\n");
}
