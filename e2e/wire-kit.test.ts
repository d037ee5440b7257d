import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { shared } from "./testing/places.ts";
import { startServer } from "./testing/server.ts";
import { tempFolder } from "./testing/temp-folder.ts";

const kit = shared("kit/wire/compare.mjs");

/** The kit's graphs, built on one engine or the other. */
async function copyGraphs(to: string, engine: string): Promise<string> {
  const from = dirname(kit ?? "");
  await cp(join(from, "graphs"), join(to, "graphs"), { recursive: true });
  await cp(join(from, "langgraph.json"), join(to, "langgraph.json"));
  for (const name of await readdir(join(to, "graphs"))) {
    const file = join(to, "graphs", name);
    const source = await readFile(file, "utf8");
    // Only whole names and their entry points: not "@langchain/langgraph-sdk".
    await writeFile(file, source.replaceAll(/(["'])@langchain\/langgraph(?=["'/])/g, `$1${engine}`));
  }
  return join(to, "langgraph.json");
}

/** The kit's recordings, with the deviations that we have decided on beside those it knows. */
async function copyTranscripts(to: string): Promise<string> {
  const from = dirname(kit ?? "");
  for (const name of ["transcripts", "scenarios.mjs", "wire.mjs"]) {
    await cp(join(from, name), join(to, name), { recursive: true });
  }
  const deviations = await readDeviations(join(from, "deviations.json"));
  const ours = await readDeviations(join(import.meta.dirname, "wire-deviations.json"));
  for (const [name, entries] of Object.entries(ours.scenarios)) {
    deviations.scenarios[name] = [...(deviations.scenarios[name] ?? []), ...entries];
  }
  await writeFile(join(to, "deviations.json"), JSON.stringify(deviations));
  return join(to, "transcripts");
}

async function readDeviations(file: string): Promise<{ scenarios: Record<string, unknown[]> }> {
  return JSON.parse(await readFile(file, "utf8"));
}

async function compare(url: string, transcripts: string): Promise<{ exitCode: number; output: string }> {
  const args = [kit ?? "", "--url", url, "--dir", transcripts];
  const comparer = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [comparer.stdout, comparer.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk;
    });
  }
  const [exitCode] = await once(comparer, "close");
  return { exitCode, output };
}

/** The last line, and the scenarios that differ. */
function summaryOf(output: string): string {
  const lines = output.trim().split("\n");
  const different = lines.filter((line) => line.includes("DIFFERENT")).map((line) => line.split(":")[0]);
  return [lines.at(-1), ...different].join(" · ");
}

// The recorded answers of the official server lie beside the repository where it is developed; a clone has none.
describe.skipIf(kit === undefined)(
  `the recorded answers of the official server${kit ? "" : " (needs ../shared/kit/wire)"}`,
  () => {
    it.each(["@langchain/langgraph", "@heddle/langgraph"])(
      "are ours too, with graphs built on %s",
      async (engine) => {
        await using folder = await tempFolder();
        const config = await copyGraphs(folder.path, engine);
        // As its users run it: on their own machine, where the receivers of webhooks are too.
        await using server = await startServer({ config, command: "dev", args: ["--no-reload"] });
        const { exitCode, output } = await compare(server.url, await copyTranscripts(folder.path));
        console.log(`${engine}: ${summaryOf(output)}`);
        expect(exitCode, output).toBe(0);
      },
      300_000,
    );
  },
);
