import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import type { Kit } from "./engines.ts";
import { type Any, inThread, logState } from "./observe.ts";
import { ScriptedModel } from "./scripted-model.ts";

/** A graph, and what is said to it turn by turn on one thread. */
export interface Program {
  name: string;
  build: (kit: Kit, options: Any) => Any;
  turns: (kit: Kit) => unknown[];
  /** Observations in which the engines are meant to differ, or the official one differs from itself. */
  except?: string[];
}

const log =
  (name: string): Any =>
  () => ({ log: [name] });
const fail =
  (message: string): Any =>
  () => {
    throw new Error(message);
  };

export const programs: Program[] = [
  {
    name: "a chain",
    build: (kit, options) =>
      new kit.lg.StateGraph(logState(kit))
        .addNode("a", log("a"), { metadata: { kind: "first" } })
        .addNode("b", (state: Any) => ({ log: ["b"], n: state.n + 1, unknown: 1 }))
        .addNode("c", (() => undefined) as Any)
        .addEdge("__start__", "a")
        .addEdge("a", "b")
        .addEdge("b", "c")
        .compile(options),
    turns: () => [{ n: 1 }, { n: 5, log: ["again"] }],
  },
  {
    name: "a fan-out by packets, sets, a join and a deferred node",
    build: (kit, options) =>
      new kit.lg.StateGraph(logState(kit))
        .addNode("z", log("z"))
        .addNode("m", log("m"))
        .addNode("w", ((input: Any) => ({ log: [`w${input.i}`] })) as Any)
        .addNode("join", log("join"))
        .addNode("late", log("late"), { defer: true })
        .addEdge("__start__", "z")
        .addEdge("__start__", "m")
        .addConditionalEdges("z", (() => [1, 2, 3].map((i) => new kit.lg.Send("w", { i }))) as Any, ["w"])
        .addEdge(["z", "m"], "join")
        .addEdge("m", "late")
        .addEdge("w", "late")
        .compile(options),
    turns: () => [{ n: 1 }, { n: 2 }],
  },
  {
    name: "commands, labels and both kinds of edges",
    build: (kit, options) =>
      new kit.lg.StateGraph(logState(kit))
        .addNode("a", (() => new kit.lg.Command({ update: { log: ["a"], n: 2 }, goto: ["b", "nope"] })) as Any, {
          ends: ["b"],
        })
        .addNode(
          "b",
          (() => [{ log: ["b"] }, new kit.lg.Command({ update: [["log", ["b2"]]] as Any, goto: "d" })]) as Any,
          {
            ends: ["d"],
          },
        )
        .addNode("c", log("c"))
        .addNode("d", (() => ({ log: ["d1"] })) as Any)
        .addEdge("__start__", "a")
        .addEdge("a", "c")
        .addConditionalEdges("d", (({ n }: Any) => (n > 1 ? "stop" : "go")) as Any, { stop: "__end__", go: "a" } as Any)
        .compile(options),
    turns: (kit) => [
      { n: 1 },
      new kit.lg.Command({ update: { log: ["in"] }, goto: "c" }),
      new kit.lg.Command({ goto: new kit.lg.Send("b", {}) }),
    ],
  },
  {
    name: "two questions of one node",
    // Between the answers the official state says that nothing is next.
    except: ["state"],
    build: (kit, options) =>
      new kit.lg.StateGraph(logState(kit))
        .addNode("ask", (() => ({ log: [kit.lg.interrupt("first"), kit.lg.interrupt({ second: true })] })) as Any)
        .addNode("after", log("after"))
        .addEdge("__start__", "ask")
        .addEdge("ask", "after")
        .compile(options),
    turns: (kit) => [
      { n: 1 },
      null,
      new kit.lg.Command({ resume: 0 }),
      new kit.lg.Command({ resume: "two", update: { n: 7 } }),
    ],
  },
  {
    name: "questions side by side, one value for all",
    build: (kit, options) =>
      new kit.lg.StateGraph(logState(kit))
        .addNode("p", (() => ({ log: [`p ${kit.lg.interrupt("p?")}`] })) as Any)
        .addNode("q", (() => ({ log: [`q ${kit.lg.interrupt("q?")}`] })) as Any)
        .addNode("r", log("r"))
        .addEdge("__start__", "p")
        .addEdge("__start__", "q")
        .addEdge("__start__", "r")
        .compile(options),
    turns: (kit) => [{ n: 1 }, new kit.lg.Command({ resume: "yes" }), { n: 3 }, { n: 4 }],
  },
  {
    name: "static interrupts",
    build: (kit, options) =>
      new kit.lg.StateGraph(logState(kit))
        .addNode("a", log("a"))
        .addNode("b", log("b"))
        .addNode("c", log("c"))
        .addEdge("__start__", "a")
        .addEdge("a", "b")
        .addEdge("b", "c")
        .compile({ ...options, interruptBefore: ["b"], interruptAfter: ["a", "b"] }),
    turns: () => [{ n: 1 }, null, null, null, { n: 9 }, null],
  },
  {
    name: "a failure and another try",
    // The official stream may end before its last chunks are out.
    except: ["all modes"],
    build: (kit, options) => {
      let isBroken = true;
      return new kit.lg.StateGraph(logState(kit))
        .addNode("good", log("good"))
        .addNode("unlucky", (async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (isBroken) {
            isBroken = false;
            throw new RangeError("bad luck");
          }
          return { log: ["unlucky"] };
        }) as Any)
        .addNode("end", log("end"))
        .addEdge("__start__", "good")
        .addEdge("__start__", "unlucky")
        .addEdge(["good", "unlucky"], "end")
        .compile(options);
    },
    turns: () => [{ n: 1 }, null, { n: 2 }],
  },
  {
    name: "an error handler",
    build: (kit, options) =>
      new kit.lg.StateGraph(logState(kit))
        .addNode("a", fail("boom"), {
          errorHandler: ((state: Any, error: Any) => ({
            log: [`${error.node} ${error.error.message} ${state.n}`],
          })) as Any,
        })
        .addNode("b", fail("bang"), {
          errorHandler: (() => new kit.lg.Command({ goto: "c", update: { log: ["handled b"] } })) as Any,
        })
        .addNode("c", log("c"))
        .addEdge("__start__", "a")
        .addEdge("__start__", "b")
        .addEdge("a", "c")
        .compile(options),
    turns: () => [{ n: 1 }],
  },
  nested("a graph as a node, which asks", (_kit, child) => child),
  nested("a graph called by a node, which asks", (_kit, child) => async (state: Any, config: Any) => {
    const result = await child.invoke({ log: ["called"], n: state.n }, config);
    return { log: [`got ${result.log.length}`] };
  }),
  {
    ...nested("a graph called twice by a node, with the ambient config", (_kit, child) => async (state: Any) => {
      const first = await child.invoke({ n: state.n });
      const second = await child.invoke({ n: state.n + 1 });
      return { log: [...first.log, ...second.log] };
    }),
    // There the second answer is given to both, as nothing is kept of the first.
    except: ["exit"],
  },
  nested("a graph with a memory of its own", (_kit, child) => child, { checkpointer: true }),
  nested("a graph without a memory", (_kit, child) => child, { checkpointer: false }, false),
  {
    name: "a command for the parent",
    build: (kit, options) => {
      const child = new kit.lg.StateGraph(logState(kit))
        .addNode("x", log("x"))
        .addNode(
          "y",
          (() =>
            new kit.lg.Command({
              graph: kit.lg.Command.PARENT,
              update: { log: ["from y"], n: 3 },
              goto: "other",
            })) as Any,
        )
        .addEdge("__start__", "x")
        .addEdge("x", "y")
        .compile();
      return new kit.lg.StateGraph(logState(kit))
        .addNode("sub", child, { ends: ["other"] })
        .addNode("other", log("other"))
        .addNode("static", log("static"))
        .addEdge("__start__", "sub")
        .addEdge("sub", "static")
        .compile(options);
    },
    turns: () => [{ n: 1 }, { n: 2 }],
  },
  {
    name: "graphs three deep",
    build: (kit, options) => {
      const level = (name: string, node: Any, compileOptions?: Any): Any =>
        new kit.lg.StateGraph(logState(kit))
          .addNode(name, node)
          .addNode(`${name}2`, (_state: Any, config: Any) => {
            config.writer({ from: name });
            return { log: [`${name}2`] };
          })
          .addEdge("__start__", name)
          .addEdge(name, `${name}2`)
          .compile(compileOptions);
      const inner = level("inner", () => ({ log: [`inner ${kit.lg.interrupt("deep")}`] }));
      return level("outer", level("middle", inner), options);
    },
    turns: (kit) => [{ n: 1 }, new kit.lg.Command({ resume: "found" })],
  },
  {
    name: "a model and its tools",
    build: (kit, options) =>
      kit.prebuilt.createReactAgent({
        llm: new ScriptedModel([
          {
            text: "I look ",
            toolCalls: [
              { name: "look", args: { at: "sky" }, id: "call1" },
              { name: "look", args: { at: "sea" }, id: "call2" },
            ],
          },
          { text: "It is blue." },
        ]),
        tools: [tool(({ at }: Any) => `The ${at} is blue.`, { name: "look", schema: z.object({ at: z.string() }) })],
        checkpointSaver: options.checkpointer,
        prompt: "Be brief.",
      }),
    turns: () => [{ messages: [new HumanMessage({ content: "What colour?", id: "h1" })] }],
  },
  {
    name: "messages returned by nodes, and by commands",
    build: (kit, options) =>
      new kit.lg.StateGraph(kit.lg.MessagesAnnotation)
        .addNode("a", () => ({ messages: [new AIMessage({ content: "one", id: "m1" })] }))
        .addNode(
          "b",
          (() =>
            new kit.lg.Command({
              update: { messages: [new ToolMessage({ content: "two", tool_call_id: "c1" }), new AIMessage("three")] },
            })) as Any,
        )
        .addNode("c", ({ messages }) => ({ messages: [messages[0], { role: "assistant", content: "four" }] as Any }))
        .addEdge("__start__", "a")
        .addEdge("a", "b")
        .addEdge("b", "c")
        .compile(options),
    turns: () => [{ messages: "hello" }],
  },
  {
    name: "a workflow of tasks",
    build: (kit, options) => {
      const double = kit.lg.task("double", async (n: number) => n * 2);
      const add = kit.lg.task({ name: "add" }, async (a: number, b: number) => a + b);
      return kit.lg.entrypoint({ name: "flow", checkpointer: options.checkpointer }, async (n: number) => {
        const previous = kit.lg.getPreviousState<number>() ?? 0;
        const [a, b] = await Promise.all([double(n), double(n + 1)]);
        const answer = kit.lg.interrupt<string, number>("how many?");
        const sum = await add(a, b);
        return kit.lg.entrypoint.final({ value: { sum, answer, previous }, save: sum });
      });
    },
    turns: (kit) => [3, new kit.lg.Command({ resume: 4 }), 5, new kit.lg.Command({ resume: 0 })],
  },
  {
    name: "a task that asks",
    // A task's result is committed, here before what awaits it goes on, there after.
    except: ["tasks", "debug", "all modes"],
    build: (kit, options) => {
      const ask = kit.lg.task("ask", async () => kit.lg.interrupt("who?"));
      const count = kit.lg.task("count", async () => 2);
      return kit.lg.entrypoint({ name: "flow", checkpointer: options.checkpointer }, async () => {
        const tries = await count();
        const who = await ask();
        return { tries, who };
      });
    },
    turns: (kit) => [{}, new kit.lg.Command({ resume: "me" })],
  },
];

/** A parent with a step before and after the child, which asks in the middle. */
function nested(name: string, call: (kit: Kit, child: Any) => Any, childOptions?: Any, asks = true): Program {
  return {
    name,
    build: (kit, options) => {
      const child = new kit.lg.StateGraph(logState(kit))
        .addNode("x", log("x"))
        .addNode("y", (({ n }: Any) => ({ log: [asks ? `y ${kit.lg.interrupt({ n })}` : "y"], n: n + 1 })) as Any)
        .addEdge("__start__", "x")
        .addEdge("x", "y")
        .compile(childOptions);
      return new kit.lg.StateGraph(logState(kit))
        .addNode("before", log("before"))
        .addNode("sub", call(kit, child), { subgraphs: [child] } as Any)
        .addNode("after", log("after"))
        .addEdge("__start__", "before")
        .addEdge("before", "sub")
        .addEdge("sub", "after")
        .compile(options);
    },
    turns: (kit) => [
      { n: 1 },
      new kit.lg.Command({ resume: "r1" }),
      new kit.lg.Command({ resume: "r2" }),
      { n: 5 },
      new kit.lg.Command({ resume: "r3" }),
    ],
  };
}

export { inThread };
