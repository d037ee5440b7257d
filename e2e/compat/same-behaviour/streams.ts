import type { Kit, Scenario } from "../testing/engines.ts";
import { type Any, chunks, history, inThread, outcome } from "../testing/observe.ts";
import { type Program, programs } from "../testing/programs.ts";

const modes = ["values", "updates", "messages", "custom", "tasks", "checkpoints", "debug", "tools"];
const durabilities = ["sync", "async", "exit"];

const built = (kit: Kit, { build }: Program): Any => build(kit, { checkpointer: new kit.lg.MemorySaver() });

/** All turns in one thread, each as its stream. */
async function streamed(kit: Kit, program: Program, options: object): Promise<unknown> {
  const graph = built(kit, program);
  const told: unknown[] = [];
  for (const turn of program.turns(kit)) told.push(await chunks(() => graph.stream(turn, inThread("1", options))));
  return told;
}

async function invoked(kit: Kit, program: Program, durability: string): Promise<unknown> {
  const graph = built(kit, program);
  const told: unknown[] = [];
  for (const turn of program.turns(kit)) {
    told.push(await outcome(() => graph.invoke(turn, inThread("1", { durability }))));
    told.push(await graph.getState(inThread(), { subgraphs: true }));
    told.push(await graph.getState(inThread()));
  }
  told.push(await history(graph));
  return told;
}

async function withoutThread(kit: Kit, program: Program): Promise<unknown> {
  const graph = program.build(kit, {});
  return outcome(() => graph.invoke(program.turns(kit)[0]));
}

const told = ({ except = [] }: Program, observation: string, scenarios: Scenario[]): Scenario[] =>
  except.includes(observation) ? [] : scenarios;

export const scenarios: Scenario[] = programs.flatMap((program): Scenario[] => [
  ...modes.flatMap((streamMode) =>
    told(program, streamMode, [
      {
        name: `${program.name}, stream mode ${streamMode}`,
        run: (kit: Kit) => streamed(kit, program, { streamMode }),
      },
    ]),
  ),
  ...told(
    program,
    "all modes",
    [false, true].map((subgraphs) => ({
      name: `${program.name}, all stream modes, subgraphs ${subgraphs}`,
      run: (kit: Kit) => streamed(kit, program, { streamMode: modes, subgraphs }),
    })),
  ),
  {
    name: `${program.name}, values of subgraphs`,
    run: (kit: Kit) => streamed(kit, program, { streamMode: "values", subgraphs: true }),
  },
  {
    name: `${program.name}, as bytes`,
    run: (kit: Kit) =>
      streamed(kit, program, {
        streamMode: ["values", "updates", "messages"],
        subgraphs: true,
        encoding: "text/event-stream",
      }),
  },
  ...told(
    program,
    "state",
    durabilities.flatMap((durability) =>
      told(program, durability, [
        {
          name: `${program.name}, state and history at durability ${durability}`,
          run: (kit: Kit) => invoked(kit, program, durability),
        },
      ]),
    ),
  ),
  { name: `${program.name}, without a checkpointer`, run: (kit: Kit) => withoutThread(kit, program) },
]);
