import type { BaseChannel } from "../channels/channel.ts";
import { EphemeralValue } from "../channels/ephemeral-value.ts";
import { LastValueAfterFinish } from "../channels/last-value.ts";
import { NamedBarrierValue, NamedBarrierValueAfterFinish } from "../channels/named-barrier-value.ts";
import { Topic } from "../channels/topic.ts";
import { NodeError } from "../errors.ts";
import { KEY } from "../runtime/config-keys.ts";
import { branchChannel, END, ROOT, START, TAG_HIDDEN, TASKS } from "../runtime/constants.ts";
import { stateKeys } from "../state/state-definition.ts";
import { type StateValidator, updateValidator } from "../state/validate-state.ts";
import { type NodeChannels, type NodeFunction, type NodeWriter, PregelNode } from "../step/pregel-node.ts";
import type { CompileOptions } from "./compile-options.ts";
import { CompiledStateGraph } from "./compiled-state-graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import type { NodeDefaults } from "./node-options.ts";
import type { NodeErrorHandler, StateGraphNodeSpec } from "./node-spec.ts";
import { controlWriter, edgeWriter, stateWriter } from "./node-writers.ts";
import type { ResolvedInit } from "./state-graph-init.ts";
import { toNodeFunction } from "./to-node-function.ts";

/** A drawn graph, as the compiler sees it. */
export interface CompilableGraph extends GraphBuilder<StateGraphNodeSpec> {
  readonly channels: Record<string, BaseChannel>;
  readonly waitingEdges: ReadonlySet<[string[], string]>;
  readonly schemas: ResolvedInit;
  readonly _nodeDefaults: NodeDefaults;
}

/** What declared ends, static edges, and each conditional edge, add to a node's `settlingTurns`: measured on upstream. */
const TURNS_OF_ENDS = 3;
const TURNS_OF_EDGES = 11;
const TURNS_OF_BRANCH = 26;

const DEFAULT_HANDLER = "__default_error_handler__";

const defaultHandlerClash = `Cannot apply a default error handler: the reserved node name \`${DEFAULT_HANDLER}\` is already in use. setNodeDefaults({ errorHandler }) registers a node with that name; rename the conflicting node.`;

/** Turns a drawn graph into channels and nodes. The names of its channels are part of its checkpoints, and upstream's. */
export function compileStateGraph(
  builder: CompilableGraph,
  options: CompileOptions,
): CompiledStateGraph<unknown, unknown> {
  const { interruptBefore, interruptAfter } = options;
  const named = [interruptBefore, interruptAfter].flatMap((points) => (Array.isArray(points) ? points : []));
  const specs = withDefaults(builder);
  builder.validate(named);
  const compiler = new Compiler(builder, specs);
  const keys = Object.keys(builder.channels);
  const { schemas } = builder;
  const outputKeys = schemas.output === undefined ? stateKeys(schemas.state) : stateKeys(schemas.output);
  return new CompiledStateGraph({
    builder,
    schemas,
    description: options.description,
    nodes: compiler.nodes(),
    channels: compiler.channels(),
    checkpointer: options.checkpointer,
    interruptBefore,
    interruptAfter,
    autoValidate: false,
    inputChannels: START,
    outputChannels: single(outputKeys),
    streamChannels: single(keys),
    streamMode: "updates",
    store: options.store,
    cache: options.cache,
    name: options.name,
    streamTransformers: options.transformers,
  });
}

type Specs = Record<string, StateGraphNodeSpec>;

/** A state that is one value is read and written as that value. */
function single(keys: string[]): string | string[] {
  return keys.length === 1 && keys[0] === ROOT ? ROOT : keys;
}

/** The node specs with the graph's defaults filled in. The builder's own specs stay as they were declared. */
function withDefaults(builder: CompilableGraph): Specs {
  const defaults = builder._nodeDefaults;
  const specs: Specs = {};
  for (const [name, spec] of Object.entries(builder.nodes)) specs[name] = withNodeDefaults(spec, defaults);
  if (defaults.errorHandler === undefined) return specs;
  if (Object.hasOwn(builder.nodes, DEFAULT_HANDLER)) throw new Error(defaultHandlerClash);
  for (const spec of Object.values(specs)) {
    if (spec.isErrorHandler !== true) spec.errorHandlerNode ??= DEFAULT_HANDLER;
  }
  specs[DEFAULT_HANDLER] = withNodeDefaults({ runnable: defaults.errorHandler, isErrorHandler: true }, defaults);
  return specs;
}

function withNodeDefaults(spec: StateGraphNodeSpec, defaults: NodeDefaults): StateGraphNodeSpec {
  const isHandler = spec.isErrorHandler === true;
  return {
    ...spec,
    retryPolicy: spec.retryPolicy ?? defaults.retryPolicy,
    timeout: spec.timeout ?? defaults.timeout,
    cachePolicy: isHandler ? spec.cachePolicy : (spec.cachePolicy ?? defaults.cachePolicy),
  };
}

class Compiler {
  readonly #builder: CompilableGraph;
  readonly #specs: Specs;
  readonly #stateKeys: string[];
  readonly #validate: StateValidator | undefined;

  constructor(builder: CompilableGraph, specs: Specs) {
    this.#builder = builder;
    this.#specs = specs;
    this.#stateKeys = Object.keys(builder.channels);
    this.#validate = updateValidator(builder.schemas.state);
  }

  channels(): Record<string, BaseChannel> {
    const channels: Record<string, BaseChannel> = {
      ...this.#builder.channels,
      [START]: new EphemeralValue(),
      [TASKS]: new Topic(),
    };
    for (const [name, spec] of Object.entries(this.#specs)) {
      channels[branchChannel(name)] = spec.defer === true ? new LastValueAfterFinish() : new EphemeralValue(false);
    }
    for (const [sources, target] of this.#builder.waitingEdges) {
      const names = new Set<string>(sources);
      const isDeferred = this.#specs[target]?.defer === true;
      channels[joinChannel(sources, target)] = isDeferred
        ? new NamedBarrierValueAfterFinish(names)
        : new NamedBarrierValue(names);
    }
    return channels;
  }

  nodes(): Record<string, PregelNode> {
    const { schemas } = this.#builder;
    const inputKeys = new Set(schemas.input === undefined ? stateKeys(schemas.state) : stateKeys(schemas.input));
    const nodes: Record<string, PregelNode> = {
      [START]: new PregelNode({
        channels: [START],
        triggers: [START],
        tags: [TAG_HIDDEN],
        writers: [stateWriter(START, inputKeys), ...this.#routes(START)],
      }),
    };
    for (const [name, spec] of Object.entries(this.#specs)) nodes[name] = this.#node(name, spec);
    return nodes;
  }

  #node(name: string, spec: StateGraphNodeSpec): PregelNode {
    const joins = [...this.#builder.waitingEdges].filter(([, target]) => target === name);
    const keys = spec.input === undefined ? stateKeys(this.#builder.schemas.state) : stateKeys(spec.input);
    return new PregelNode({
      channels: inputChannels(keys),
      triggers: [branchChannel(name), ...joins.map(([sources]) => joinChannel(sources, name))],
      run:
        spec.isErrorHandler === true
          ? handlerFunction(spec.runnable as NodeErrorHandler)
          : toNodeFunction(spec.runnable),
      bound: spec.runnable,
      writers: [stateWriter(name, new Set(this.#stateKeys), this.#validate), ...this.#routes(name)],
      metadata: spec.metadata ?? {},
      subgraphs: spec.subgraphs ?? [],
      isErrorHandler: spec.isErrorHandler ?? false,
      errorHandlerNode: spec.errorHandlerNode,
      settlingTurns: this.#settlingTurns(name),
      retryPolicy: spec.retryPolicy,
      cachePolicy: spec.cachePolicy === false ? undefined : spec.cachePolicy,
      timeout: spec.timeout,
      tracePolicy: spec.tracePolicy,
    });
  }

  /** Static edges first, then commands, then conditional edges. All of them count: edges and `goto` add up. */
  #routes(source: string): NodeWriter[] {
    const { branches } = this.#builder;
    const isNode = (name: string) => Object.hasOwn(this.#specs, name);
    const writes = this.#edgeWrites(source);
    const writers: NodeWriter[] = writes.length > 0 ? [edgeWriter(writes)] : [];
    if (source !== START) writers.push(controlWriter(source, isNode));
    const readKeys = single(this.#stateKeys);
    for (const branch of Object.values(branches[source] ?? {})) writers.push(branch.writer(source, readKeys, isNode));
    return writers;
  }

  #edgeWrites(source: string): [string, unknown][] {
    const { edges, waitingEdges } = this.#builder;
    const targets = [...edges].filter(([from, to]) => from === source && to !== END).map(([, to]) => branchChannel(to));
    const writes: [string, unknown][] = targets.map((channel) => [channel, null]);
    for (const [sources, target] of waitingEdges) {
      if ((sources as string[]).includes(source)) writes.push([joinChannel(sources, target), source]);
    }
    return writes;
  }

  #settlingTurns(name: string): number {
    const branches = Object.keys(this.#builder.branches[name] ?? {}).length;
    const isRouter = this.#specs[name]?.ends !== undefined;
    return (
      (isRouter ? TURNS_OF_ENDS : 0) +
      (this.#edgeWrites(name).length > 0 ? TURNS_OF_EDGES : 0) +
      branches * TURNS_OF_BRANCH
    );
  }
}

function joinChannel(sources: readonly string[], target: string): string {
  return `join:${sources.join("+")}:${target}`;
}

function inputChannels(keys: string[]): NodeChannels {
  const channels = single(keys);
  return typeof channels === "string" ? channels : Object.fromEntries(channels.map((key) => [key, key]));
}

/** An error handler gets what went wrong between state and config. */
function handlerFunction(handler: NodeErrorHandler): NodeFunction {
  return (input, config) => {
    const failure = config.configurable?.[KEY.nodeError] as { node: string; error: Error } | undefined;
    const error = new NodeError(failure?.node ?? "", failure?.error ?? new Error("Unknown error"));
    return handler(input, error, config);
  };
}
