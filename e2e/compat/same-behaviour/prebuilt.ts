import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, chunks, history, inThread, outcome } from "../testing/observe.ts";
import { ScriptedModel } from "../testing/scripted-model.ts";

const look = tool(({ at }: Any) => `The ${at} is blue.`, {
  name: "look",
  description: "Looks",
  schema: z.object({ at: z.string() }),
});
const fails = tool(() => Promise.reject(new Error("broken")), { name: "fails", schema: z.object({}) });
const direct = tool(() => "directly", { name: "direct", schema: z.object({}), returnDirect: true });
const call = (name: string, args: object = {}, id = `id-${name}`): Any => ({ name, args, id, type: "tool_call" });
const ask = { messages: [new HumanMessage({ content: "What?", id: "h1" })] };
const looks = { text: "I look.", toolCalls: [call("look", { at: "sky" })] };

/** A model that remembers: what it heard is part of what a scenario tells. */
function agent(kit: Kit, script: Any[], options: Any = {}): { graph: Any; model: ScriptedModel } {
  const model = new ScriptedModel(script);
  return { graph: kit.prebuilt.createReactAgent({ llm: model, tools: [look], ...options }), model };
}

async function talk(kit: Kit, script: Any[], options: Any = {}, input: Any = ask, config: Any = {}): Promise<unknown> {
  const { graph, model } = agent(kit, script, options);
  return [
    await chunks(() => graph.stream(input, { streamMode: ["updates", "values"], ...config })),
    model.heard.map((messages) => messages.map(({ type, content, name }) => [type, content, name])),
    model.offered,
  ];
}

const agents: [string, Any[], (kit: Kit) => Any][] = [
  ["defaults", [looks, { text: "Blue." }], () => ({})],
  [
    "version v2",
    [{ toolCalls: [call("look", { at: "sky" }, "1"), call("look", { at: "sea" }, "2")] }, { text: "Blue." }],
    () => ({ version: "v2" }),
  ],
  [
    "two calls at once",
    [{ toolCalls: [call("look", { at: "sky" }, "1"), call("fails", {}, "2")] }, { text: "Blue." }],
    () => ({ tools: [look, fails] }),
  ],
  ["an unknown tool", [{ toolCalls: [call("nope")] }, { text: "Sorry." }], () => ({})],
  ["wrong arguments", [{ toolCalls: [call("look", { at: 7 })] }, { text: "Sorry." }], () => ({})],
  ["a direct tool", [{ toolCalls: [call("direct")] }], () => ({ tools: [look, direct] })],
  [
    "a direct tool beside another",
    [{ toolCalls: [call("look", { at: "sky" }, "1"), call("direct", {}, "2")] }],
    () => ({ tools: [look, direct] }),
  ],
  ["a direct tool, v2", [{ toolCalls: [call("direct", {}, "2")] }], () => ({ tools: [look, direct], version: "v2" })],
  ["prompt as text", [{ text: "Hello." }], () => ({ prompt: "Be brief." })],
  ["prompt as a message", [{ text: "Hello." }], () => ({ prompt: new SystemMessage("Be brief.") })],
  [
    "prompt as a function",
    [{ text: "Hello." }],
    () => ({
      prompt: (state: Any, config: Any) => [new SystemMessage(`For ${config.configurable?.user}`), ...state.messages],
    }),
  ],
  [
    "prompt as a runnable",
    [{ text: "Hello." }],
    () => ({ prompt: RunnableLambda.from((state: Any) => [...state.messages, new HumanMessage("Really?")]) }),
  ],
  ["messageModifier", [{ text: "Hello." }], () => ({ messageModifier: "Old way." })],
  ["stateModifier", [{ text: "Hello." }], () => ({ stateModifier: (state: Any) => state.messages.slice(-1) })],
  ["a name, inline", [{ text: "Hello." }], () => ({ name: "bob", includeAgentName: "inline" })],
  ["a name", [looks, { text: "Hello." }], () => ({ name: "bob" })],
  [
    "a pre-model hook",
    [looks, { text: "Hello." }],
    () => ({ preModelHook: () => ({ llmInputMessages: [new HumanMessage("Instead.")] }) }),
  ],
  [
    "a pre-model hook that changes messages",
    [{ text: "Hello." }],
    (kit) => ({ preModelHook: () => ({ messages: [new HumanMessage({ content: "more", id: "h2" })], n: kit.lg.END }) }),
  ],
  [
    "a post-model hook",
    [looks, { text: "Hello." }],
    () => ({ postModelHook: () => ({ messages: [new AIMessage({ content: "hook", id: "hook" })] }) }),
  ],
  ["a post-model hook that does nothing", [looks, { text: "Hello." }], () => ({ postModelHook: () => ({}) })],
  [
    "both hooks and v2",
    [looks, { text: "Hello." }],
    () => ({ preModelHook: () => ({}), postModelHook: () => ({}), version: "v2" }),
  ],
  [
    "a model chosen by a function",
    [{ text: "Hello." }],
    () => ({ llm: () => new ScriptedModel([{ text: "chosen" }]) }),
  ],
  [
    "a state of its own",
    [looks, { text: "Hello." }],
    (kit) => ({
      stateSchema: kit.lg.Annotation.Root({ ...kit.lg.MessagesAnnotation.spec, extra: kit.lg.Annotation<string> }),
    }),
  ],
  ["a ToolNode", [looks, { text: "Hello." }], (kit) => ({ tools: new kit.prebuilt.ToolNode([look]) })],
  [
    "interrupts before tools",
    [looks, { text: "Hello." }],
    (kit) => ({ interruptBefore: ["tools"], checkpointer: new kit.lg.MemorySaver() }),
  ],
];

const agentScenarios: Scenario[] = agents.map(([name, script, options]) => ({
  name: `an agent with ${name}`,
  run: (kit) => talk(kit, script, options(kit), ask, inThread("1", { configurable: { thread_id: "1", user: "ada" } })),
}));

/** The official ToolNode calls itself "func" in drawings. */
function toolNodesUnnamed(drawn: Any): unknown {
  return JSON.parse(JSON.stringify(drawn).replaceAll('"name":"func"', '"name":"tools"'));
}

const nodes: Scenario[] = [
  {
    name: "what an agent's graph looks like",
    run: async (kit) => {
      const told: unknown[] = [];
      for (const options of [
        {},
        { preModelHook: () => ({}) },
        { postModelHook: () => ({}) },
        { preModelHook: () => ({}), postModelHook: () => ({}), version: "v2" },
        { tools: [] },
        { tools: [direct] },
        { name: "bob", description: "says" },
        { responseFormat: z.object({ a: z.string() }) },
      ] as Any[]) {
        const { graph } = agent(kit, [], options);
        told.push(
          (await graph.getGraphAsync()).drawMermaid(),
          Object.keys(graph.nodes),
          Object.keys(graph.channels),
          graph.description,
          graph.streamMode,
        );
      }
      return told;
    },
  },
  {
    name: "mistakes in making an agent",
    run: async (kit) => {
      const model = (): Any => new ScriptedModel([]);
      const make = (options: Any): unknown =>
        outcome(() =>
          Object.keys((kit.prebuilt.createReactAgent({ llm: model(), tools: [look], ...options }) as Any).nodes),
        );
      return [
        await make({ stateSchema: kit.lg.Annotation.Root({ x: kit.lg.Annotation<string> }) }),
        await make({ prompt: 7 }),
        await outcome(() =>
          (kit.prebuilt.createReactAgent({ llm: model().withConfig({ tools: [] }), tools: [look] }) as Any).invoke(ask),
        ),
        await outcome(() => (kit.prebuilt.createReactAgent({ llm: {} as Any, tools: [look] }) as Any).invoke(ask)),
        await outcome(() =>
          (kit.prebuilt.createReactAgent({ llm: model(), tools: [look] }) as Any).invoke({ messages: [] }),
        ),
      ];
    },
  },
  {
    name: "ToolNode: inputs and outputs",
    run: async (kit) => {
      const node = new kit.prebuilt.ToolNode([look, fails, direct]) as Any;
      const ai = (...calls: Any[]): AIMessage => new AIMessage({ content: "", id: "a", tool_calls: calls });
      const strict = new kit.prebuilt.ToolNode([fails], { handleToolErrors: false }) as Any;
      return [
        await outcome(() => node.invoke([ai(call("look", { at: "sky" }))])),
        await outcome(() => node.invoke({ messages: [ai(call("look", { at: "sky" }), call("fails"))] })),
        await outcome(() =>
          node.invoke({
            messages: [
              ai(call("look", { at: "a" }, "1"), call("look", { at: "b" }, "2")),
              new ToolMessage({ content: "done", tool_call_id: "1" }),
            ],
          }),
        ),
        await outcome(() => node.invoke({ lg_tool_call: call("look", { at: "sky" }), other: 1 })),
        await outcome(() => node.invoke({ messages: [new HumanMessage("x")] })),
        await outcome(() => node.invoke({ messages: [] })),
        await outcome(() => node.invoke([])),
        await outcome(() => node.invoke({ nope: 1 })),
        await outcome(() => node.invoke("text")),
        await outcome(() => node.invoke({ messages: [ai()] })),
        await outcome(() => node.invoke({ messages: [ai(call("nope"))] })),
        await outcome(() => strict.invoke({ messages: [ai(call("fails"))] })),
        await outcome(() => strict.invoke({ messages: [ai(call("nope"))] })),
        node.tags,
        node.handleToolErrors,
        (new kit.prebuilt.ToolNode([look], { name: "mine", tags: ["t"] }) as Any).name,
        kit.prebuilt.toolsCondition({ messages: [ai(call("look"))] }),
        kit.prebuilt.toolsCondition({ messages: [ai()] }),
        kit.prebuilt.toolsCondition([ai(call("look"))]),
        await outcome(() => kit.prebuilt.toolsCondition([])),
      ];
    },
  },
  {
    name: "ToolNode: tools that return commands, messages, objects; that see the runtime",
    run: async (kit) => {
      const told: unknown[] = [];
      const make = (name: string, func: Any): Any => tool(func, { name, schema: z.object({}) });
      const tools = [
        make(
          "command",
          (_: Any, config: Any) =>
            new kit.lg.Command({
              update: { messages: [new ToolMessage({ content: "cmd", tool_call_id: config.toolCall.id })] },
              goto: "next",
            }),
        ),
        make(
          "parent",
          () => new kit.lg.Command({ graph: kit.lg.Command.PARENT, goto: [new kit.lg.Send("a", { x: 1 })] }),
        ),
        make(
          "parent2",
          () => new kit.lg.Command({ graph: kit.lg.Command.PARENT, goto: [new kit.lg.Send("b", { x: 2 })] }),
        ),
        make(
          "message",
          (_: Any, config: Any) =>
            new ToolMessage({ content: "own", tool_call_id: config.toolCall.id, artifact: { a: 1 } }),
        ),
        make("object", () => ({ a: 1 })),
        make("list", () => [1, "two"]),
        make("nothing", () => undefined),
        make("number", () => 7),
        make("runtime", (_: Any, runtime: Any) => {
          told.push(
            Object.keys(runtime)
              .filter((key) => ["state", "toolCallId", "context", "store", "writer", "config"].includes(key))
              .sort(),
            runtime.state,
            runtime.toolCallId,
            runtime.context,
            typeof runtime.writer,
            runtime.toolCall,
          );
          runtime.writer?.({ told: true });
          return "seen";
        }),
        make("input", () => JSON.stringify(Object.keys(kit.lg.getCurrentTaskInput() as object))),
      ];
      const node = new kit.prebuilt.ToolNode(tools);
      const ai = (...names: string[]): AIMessage =>
        new AIMessage({ content: "", id: "a", tool_calls: names.map((name) => call(name)) });
      const graph = new kit.lg.StateGraph(kit.lg.MessagesAnnotation)
        .addNode("tools", node as Any, { ends: ["next", "__end__"] })
        .addNode("next", (() => ({ messages: [new HumanMessage({ content: "next", id: "n" })] })) as Any)
        .addEdge("__start__", "tools")
        .compile() as Any;
      const outcomes: unknown[] = [];
      for (const names of [
        ["command"],
        ["message", "object"],
        ["list", "nothing", "number"],
        ["runtime"],
        ["input"],
        ["command", "object"],
      ]) {
        outcomes.push(
          await chunks(() =>
            graph.stream(
              { messages: [ai(...names)] },
              { streamMode: ["updates", "custom", "tools"], context: { c: 1 } },
            ),
          ),
        );
      }
      outcomes.push(await outcome(() => (node as Any).invoke({ messages: [ai("parent", "parent2", "object")] })));
      return [outcomes, told];
    },
  },
  {
    name: "a tool that asks",
    run: async (kit) => {
      const book = tool(async ({ hotel }: Any) => `booked ${hotel}: ${kit.lg.interrupt({ book: hotel })}`, {
        name: "book",
        schema: z.object({ hotel: z.string() }),
      });
      const told: unknown[] = [];
      for (const version of ["v1", "v2"]) {
        const { graph } = agent(
          kit,
          [{ toolCalls: [call("book", { hotel: "a" }, "1"), call("book", { hotel: "b" }, "2")] }, { text: "Done." }],
          { tools: [book], version, checkpointer: new kit.lg.MemorySaver() },
        );
        told.push(await chunks(() => graph.stream(ask, inThread("1", { streamMode: ["updates", "values"] }))));
        const state = await graph.getState(inThread());
        told.push(state);
        const ids = state.tasks.flatMap(({ interrupts }: Any) => interrupts.map(({ id }: Any) => id));
        told.push(
          await chunks(() =>
            graph.stream(
              new kit.lg.Command({
                resume:
                  version === "v2" ? Object.fromEntries(ids.map((id: string, i: number) => [id, `yes${i}`])) : "yes",
              }),
              inThread("1", { streamMode: ["updates", "values"] }),
            ),
          ),
        );
        told.push(await outcome(() => graph.invoke(new kit.lg.Command({ resume: "again" }), inThread())));
      }
      return told;
    },
  },
  {
    name: "an agent with a thread, as a node, and its history",
    run: async (kit) => {
      const inner = agent(kit, [looks, { text: "Blue." }, { text: "Still." }], { name: "inner" }).graph;
      const graph = new kit.lg.StateGraph(kit.lg.MessagesAnnotation)
        .addNode("speak", inner)
        .addEdge("__start__", "speak")
        .compile({ checkpointer: new kit.lg.MemorySaver() }) as Any;
      return [
        await chunks(() => graph.stream(ask, inThread("1", { streamMode: ["updates", "messages"], subgraphs: true }))),
        await chunks(() => graph.stream({ messages: "again" }, inThread("1", { streamMode: ["messages"] }))),
        await history(graph),
        (await graph.getGraphAsync({ xray: true })).drawMermaid(),
        toolNodesUnnamed((await graph.getGraphAsync({ xray: true })).toJSON()),
      ];
    },
  },
  {
    name: "structured responses",
    run: async (kit) => {
      class Structured extends ScriptedModel {
        override withStructuredOutput(schema: Any, options: Any): Any {
          return RunnableLambda.from((messages: Any) => ({
            schema: typeof schema,
            options,
            heard: messages.length,
            first: messages[0].content,
          }));
        }
      }
      const told: unknown[] = [];
      for (const responseFormat of [
        z.object({ a: z.string() }),
        { type: "object", properties: { a: { type: "string" } } },
        { prompt: "Format it.", schema: z.object({ a: z.string() }) },
      ] as Any[]) {
        const graph = kit.prebuilt.createReactAgent({
          llm: new Structured([{ text: "Hello." }]) as Any,
          tools: [look],
          responseFormat,
        }) as Any;
        told.push(await chunks(() => graph.stream(ask, { streamMode: ["updates", "values"] })));
      }
      return told;
    },
  },
  {
    name: "withAgentName",
    run: async (kit) => {
      const model = new ScriptedModel([{ text: "<name>x</name><content>hi</content>" }, { text: "plain" }]);
      const named = kit.prebuilt.withAgentName(model as Any, "inline") as Any;
      return [
        await named.invoke([
          new HumanMessage("q"),
          new AIMessage({ content: "a", name: "bob" }),
          new AIMessage("unnamed"),
          new AIMessage({ content: [{ type: "text", text: "list" }], name: "bea" } as Any),
        ]),
        await named.invoke([new HumanMessage("q")]),
        model.heard,
      ];
    },
  },
  {
    name: "legacy executors",
    run: async (kit) => {
      const executor = new kit.prebuilt.ToolExecutor({ tools: [look] }) as Any;
      return [
        await outcome(() => executor.invoke({ tool: "look", toolInput: { at: "sky" } })),
        await outcome(() => executor.invoke({ tool: "nope", toolInput: {} })),
      ];
    },
  },
];

export const scenarios: Scenario[] = [...agentScenarios, ...nodes];
