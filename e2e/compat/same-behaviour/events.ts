import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, inThread, logState, outcome } from "../testing/observe.ts";
import { type Program, programs } from "../testing/programs.ts";
import { ScriptedModel } from "../testing/scripted-model.ts";

/** Writes down what callbacks are told: the tree of runs, by name. */
class Recorder extends BaseCallbackHandler {
  name = "Recorder";
  override awaitHandlers = true;
  readonly told: unknown[] = [];
  readonly #names = new Map<string, string>();

  #start(kind: string, runId: string, parentId: string | undefined, name: string | undefined, more: object): void {
    this.#names.set(runId, name ?? "?");
    this.told.push([
      `${kind} start`,
      name,
      { parent: parentId === undefined ? undefined : this.#names.get(parentId), ...more },
    ]);
  }
  override handleChainStart(
    _chain: Any,
    inputs: Any,
    runId: string,
    parentId?: string,
    tags?: string[],
    metadata?: Any,
    _type?: string,
    name?: string,
  ): void {
    this.#start("chain", runId, parentId, name, { inputs, tags, metadata });
  }
  override handleChainEnd(outputs: Any, runId: string): void {
    this.told.push(["chain end", this.#names.get(runId), outputs]);
  }
  override handleChainError(error: Any, runId: string): void {
    this.told.push(["chain error", this.#names.get(runId), error?.name]);
  }
  override handleToolStart(
    _tool: Any,
    input: string,
    runId: string,
    parentId?: string,
    tags?: string[],
    _metadata?: Any,
    name?: string,
  ): void {
    this.#start("tool", runId, parentId, name, { input, tags });
  }
  override handleToolEnd(output: Any, runId: string): void {
    this.told.push(["tool end", this.#names.get(runId), output?.content]);
  }
  override handleToolError(error: Any, runId: string): void {
    this.told.push(["tool error", this.#names.get(runId), error?.name]);
  }
  override handleChatModelStart(
    _llm: Any,
    _messages: Any,
    runId: string,
    parentId?: string,
    _extra?: Any,
    tags?: string[],
    metadata?: Any,
    name?: string,
  ): void {
    this.#start("model", runId, parentId, name, { tags, step: metadata?.langgraph_step });
  }
  override handleLLMEnd(_output: Any, runId: string): void {
    this.told.push(["model end", this.#names.get(runId)]);
  }
}

async function recorded(kit: Kit, program: Program): Promise<unknown> {
  const recorder = new Recorder();
  const graph = program.build(kit, { checkpointer: new kit.lg.MemorySaver() });
  for (const turn of program.turns(kit))
    await outcome(() => graph.invoke(turn, inThread("1", { callbacks: [recorder], tags: ["mine"] })));
  return recorder.told;
}

async function evented(kit: Kit, program: Program, version: string): Promise<unknown> {
  const graph = program.build(kit, { checkpointer: new kit.lg.MemorySaver() });
  const told: unknown[] = [];
  for (const turn of program.turns(kit)) {
    try {
      for await (const { event, name, tags, data, metadata, parent_ids } of graph.streamEvents(
        turn,
        inThread("1", { version }),
      )) {
        told.push({ event, name, tags: tags && [...tags].sort(), data, metadata, depth: parent_ids?.length });
      }
    } catch (error) {
      told.push({ thrown: error });
    }
  }
  return told;
}

/** Protocol events; of nested graphs and parallel tasks the order is compared within each namespace. */
async function protocol(kit: Kit, program: Program): Promise<unknown> {
  const graph = program.build(kit, { checkpointer: new kit.lg.MemorySaver() });
  const told: unknown[] = [];
  for (const turn of program.turns(kit)) {
    const byNamespace: Record<string, unknown[]> = {};
    const run = await graph.streamEvents(turn, inThread("1", { version: "v3" }));
    let thrown: unknown;
    try {
      for await (const { method, params } of run) {
        const namespace = params.namespace.map((part: string) => part.split(":")[0]).join("|");
        byNamespace[`${namespace} ${method}`] ??= [];
        byNamespace[`${namespace} ${method}`]?.push({ method, params });
      }
    } catch (error) {
      thrown = error;
    }
    told.push(byNamespace, thrown, await outcome(() => run.output), run.interrupted, unique(run.interrupts));
  }
  return told;
}

/** The official run lists a question once for each graph that it went through. */
function unique(interrupts: Any[]): Any[] {
  return interrupts.filter(
    ({ interruptId }, i) => interrupts.findIndex((other) => other.interruptId === interruptId) === i,
  );
}

/** Programs of tasks are told by other runs there. */
const traced = programs.filter(({ name }) => !name.includes("task"));

/** How the ends of parallel tasks interleave with the chunks of their graph is nobody's rule. */
const sequential = traced.filter(({ name }) => !/fan-out|error handler/.test(name));

/** Under v3 the official engine makes other messages of a model's chunks, and other ids for those that nodes return. */
const unlike = /a model and its tools|messages returned|a task that asks/;

const lifecycle: Scenario[] = [
  {
    name: "GraphCallbackHandler",
    run: async (kit) => {
      const told: unknown[] = [];
      class Lifecycle extends (kit.lg as Any).GraphCallbackHandler {
        name = "lifecycle";
        handleInterrupt(event: Any): void {
          told.push(["interrupt", event]);
        }
        handleResume(event: Any): void {
          told.push(["resume", event]);
        }
      }
      for (const program of programs.filter(({ name }) => /question|static|as a node/.test(name))) {
        const graph = program.build(kit, { checkpointer: new kit.lg.MemorySaver() });
        for (const turn of program.turns(kit))
          await graph.invoke(turn, inThread("1", { callbacks: [new Lifecycle()] }));
      }
      return told;
    },
  },
  {
    name: "models and tools nest below their nodes",
    run: async (kit) => {
      const recorder = new Recorder();
      const graph = kit.prebuilt.createReactAgent({
        llm: new ScriptedModel([
          { toolCalls: [{ name: "look", args: { at: "sky" }, id: "c1" }] },
          { text: "Blue." },
        ]) as Any,
        tools: [tool(({ at }: Any) => `blue ${at}`, { name: "look", schema: z.object({ at: z.string() }) })],
        prompt: "Be brief.",
      }) as Any;
      await graph.invoke({ messages: [new HumanMessage({ content: "q", id: "1" })] }, { callbacks: [recorder] });
      return recorder.told.map(([what, name, more]: Any) => [what, name, more?.parent]);
    },
  },
  {
    name: "runnables and graphs called in a node nest below it",
    run: async (kit) => {
      const recorder = new Recorder();
      const child = new kit.lg.StateGraph(logState(kit))
        .addNode("x", (() => ({ log: ["x"] })) as Any)
        .addEdge("__start__", "x")
        .compile({ name: "child" });
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("a", (async (_state: Any, config: Any) => {
          await RunnableLambda.from(() => 1)
            .withConfig({ runName: "lambda" })
            .invoke(1, config);
          await RunnableLambda.from(() => 1).invoke(1);
          await child.invoke({ n: 1 });
          await child.invoke({ n: 1 }, config);
          return {};
        }) as Any)
        .addEdge("__start__", "a")
        .compile({ name: "parent" }) as Any;
      await graph.invoke({ n: 1 }, { callbacks: [recorder], runName: "named" });
      return recorder.told.map(([what, name, more]: Any) => [what, name, more?.parent]);
    },
  },
];

const runs: Scenario[] = [
  {
    name: "a run stream's parts",
    run: async (kit) => {
      const graph = kit.prebuilt.createReactAgent({
        llm: new ScriptedModel([{ text: "Blue it is." }]) as Any,
        tools: [tool(({ at }: Any) => `blue ${at}`, { name: "look", schema: z.object({ at: z.string() }) })],
      }) as Any;
      const run = await graph.streamEvents(
        { messages: [new HumanMessage({ content: "q", id: "1" })] },
        { version: "v3" },
      );
      const messages = async (): Promise<unknown[]> => {
        const told: unknown[] = [];
        for await (const message of run.messages) {
          const text: string[] = [];
          for await (const piece of message.text) text.push(piece);
          told.push([
            message.node,
            text,
            await message.text,
            (await message.output)?.content ?? (await message.output),
          ]);
        }
        return told;
      };
      const values = async (): Promise<unknown[]> => {
        const told: unknown[] = [];
        for await (const value of run.values) told.push(value);
        return told;
      };
      const [m, v, output] = await Promise.all([outcome(messages), values(), run.output]);
      // The official engine makes blocks of a streamed message's text.
      const texts = (state: Any): unknown =>
        state.messages.map((message: Any) => [message.constructor.name.replace("Chunk", ""), message.text]);
      return [m, v.map(texts), texts(output), run.interrupted, run.interrupts, Object.keys(run.extensions ?? {})];
    },
  },
  {
    name: "subgraph streams, custom transformers and channels",
    run: async (kit) => {
      const child = new kit.lg.StateGraph(logState(kit))
        .addNode("x", ((_state: Any, config: Any) => {
          config.writer({ name: "note", text: "hi" });
          config.writer("plain");
          return { log: ["x"] };
        }) as Any)
        .addEdge("__start__", "x")
        .compile({ name: "child" });
      const counting = (): Any => {
        const channel = kit.lg.StreamChannel.remote("counts");
        let count = 0;
        return {
          init: () => ({ counts: channel, total: Promise.resolve("done") }),
          process: (event: Any) => {
            if (event.method === "values") channel.push({ count: ++count });
            return event.method !== "tasks";
          },
        };
      };
      const graph = new kit.lg.StateGraph(logState(kit))
        .addNode("sub", child)
        .addEdge("__start__", "sub")
        .compile() as Any;
      const run = await graph.streamEvents({ n: 1 }, { version: "v3", transformers: [counting] });
      const events: unknown[] = [];
      const names: unknown[] = [];
      const readEvents = (async () => {
        for await (const event of run)
          events.push([
            event.method,
            event.params.namespace.length,
            event.method === "messages" ? "" : event.params.data,
          ]);
      })();
      const readChildren = (async () => {
        for await (const sub of run.subgraphs) names.push([sub.name, sub.index, await sub.output]);
      })();
      await Promise.all([readEvents, readChildren]);
      const counts: unknown[] = [];
      for await (const count of run.extensions.counts) counts.push(count);
      return [events, names, counts, await run.extensions.total];
    },
  },
  {
    name: "a run that fails, asks, or is aborted",
    run: async (kit) => {
      const node = (action: Any): Any =>
        new kit.lg.StateGraph(logState(kit))
          .addNode("a", action)
          .addEdge("__start__", "a")
          .compile({ checkpointer: new kit.lg.MemorySaver() });
      const told: unknown[] = [];
      for (const action of [
        () => {
          throw new RangeError("boom");
        },
        () => ({ log: [kit.lg.interrupt({ q: 1 })] }),
      ]) {
        const run = await node(action).streamEvents({ n: 1 }, inThread("1", { version: "v3" }));
        const lifecycle: unknown[] = [];
        try {
          for await (const event of run) if (event.method === "lifecycle") lifecycle.push(event.params.data);
        } catch (error) {
          lifecycle.push({ thrown: error });
        }
        told.push(lifecycle, await outcome(() => run.output), run.interrupted, run.interrupts);
      }
      return told;
    },
  },
  {
    name: "messages of models and of nodes",
    run: async (kit) => {
      const model = new ScriptedModel([{ text: "to kens" }]);
      const graph = new kit.lg.StateGraph(kit.lg.MessagesAnnotation)
        .addNode("model", async () => ({ messages: [await model.invoke("x")] }))
        .addNode("plain", () => ({ messages: [new AIMessage({ content: "whole", id: "w" })] }))
        .addEdge("__start__", "model")
        .addEdge("model", "plain")
        .compile() as Any;
      const run = await graph.streamEvents(
        { messages: [new HumanMessage({ content: "q", id: "1" })] },
        { version: "v3" },
      );
      const told: unknown[] = [];
      for await (const { method, params } of run) if (method === "messages") told.push([params.node, params.data]);
      return told;
    },
  },
];

export const scenarios: Scenario[] = [
  ...traced.map((program): Scenario => ({ name: `callbacks: ${program.name}`, run: (kit) => recorded(kit, program) })),
  ...sequential.flatMap((program): Scenario[] =>
    ["v1", "v2"].map((version) => ({
      name: `streamEvents ${version}: ${program.name}`,
      run: (kit) => evented(kit, program, version),
    })),
  ),
  ...programs
    .filter(({ name }) => !unlike.test(name))
    .map((program): Scenario => ({ name: `streamEvents v3: ${program.name}`, run: (kit) => protocol(kit, program) })),
  ...lifecycle,
  ...runs,
];
