import { Runnable, type RunnableConfig, RunnableLambda } from "@langchain/core/runnables";
import { isSend, type Send } from "../runtime/command.ts";
import type { END } from "../runtime/constants.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import type { NodeWriter } from "../step/pregel-node.ts";
import { writeTarget } from "./node-writers.ts";
import { type RunnableLike, toNodeFunction } from "./to-node-function.ts";

export type BranchPathReturnValue = string | Send | (string | Send)[];

export interface BranchOptions<IO, N extends string, CallOptions extends RunnableConfig = LangGraphRunnableConfig> {
  source: N;
  path: RunnableLike<IO, BranchPathReturnValue, CallOptions>;
  /** What the path returns → where to go; as a list, names stand for themselves. */
  pathMap?: Record<string, N | typeof END> | (N | typeof END)[];
}

/** A conditional edge: a function of the state that says where to go. */
export class Branch<IO = unknown, N extends string = string> {
  readonly path: unknown;
  readonly name: string;
  readonly ends: Record<string, N | typeof END> | undefined;
  readonly #call: (state: unknown, config: LangGraphRunnableConfig) => unknown;

  constructor(options: { path: unknown; pathMap?: BranchOptions<IO, N>["pathMap"] }) {
    this.path = options.path;
    this.name = branchName(options.path);
    this.#call = toNodeFunction(options.path);
    if (options.pathMap !== undefined) this.ends = toEnds(options.pathMap);
  }

  /** The writer that follows the branch. `readKeys` are the state keys its function sees. */
  writer(source: string, readKeys: string | readonly string[], isNode: (name: string) => boolean): NodeWriter {
    return (_output, { config, writes, readState }) => {
      const decided = this.#decide(readState(readKeys), config);
      const follow = (result: unknown) => {
        for (const target of this.#toTargets(result)) writeTarget(source, target, isNode, writes);
      };
      return isPromise(decided) ? decided.then(follow) : follow(decided);
    };
  }

  /** With callbacks, the function is a chain run of its own; without, it is simply called. */
  #decide(state: unknown, config: LangGraphRunnableConfig): unknown {
    if (config.callbacks === undefined || Runnable.isRunnable(this.path)) return this.#call(state, config);
    const lambda = RunnableLambda.from((input: unknown, options) =>
      this.#call(input, options as LangGraphRunnableConfig),
    );
    return lambda.invoke(state, unnamed(config));
  }

  /** Where to go from a value, for graphs without a state. */
  async targets(value: unknown, config: LangGraphRunnableConfig): Promise<(string | Send)[]> {
    return this.#toTargets(await this.#decide(value, config));
  }

  #toTargets(result: unknown): (string | Send)[] {
    const results: unknown[] = Array.isArray(result) ? result : [result];
    return results.map((item) => {
      const target = isSend(item) || this.ends === undefined ? item : endOf(this.ends, String(item));
      if (!target) throw new Error("Branch condition returned unknown or null destination");
      return target as string | Send;
    });
  }
}

function endOf<N extends string>(ends: Record<string, N>, label: string): N | undefined {
  return Object.hasOwn(ends, label) ? ends[label] : undefined;
}

/** The node's name is not the branch's. */
function unnamed({ runName: _, ...config }: LangGraphRunnableConfig): LangGraphRunnableConfig {
  return config;
}

function toEnds<N extends string>(pathMap: Record<string, N> | N[]): Record<string, N> {
  return Array.isArray(pathMap)
    ? (Object.fromEntries(pathMap.map((name) => [name, name])) as Record<string, N>)
    : pathMap;
}

/** A branch is named by its runnable; all functions are called `condition`, so a node can have one. */
function branchName(path: unknown): string {
  const name = Runnable.isRunnable(path) ? (path as Runnable).getName() : "condition";
  return name === "RunnableLambda" ? "condition" : name;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
