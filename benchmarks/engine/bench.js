// Ours and the official engine in turn, every case in a process of its own, several rounds: medians, ratios, targets.
//
//   npm run bench:engine                                all cases, 3 rounds
//   npm run bench:engine -- --rounds 5 --only chain     cases whose name contains "chain"

import { execFile } from "node:child_process";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { CASES } from "./cases.js";
import { median } from "./sample.js";

const ENGINES = ["ours", "official"];
const run = promisify(execFile);

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, only: { type: "string", default: "" } },
});

const cases = Object.entries(CASES).filter(([name]) => name.includes(options.only));
const rows = [];
for (const [name, { engines = ENGINES, rounds = Number(options.rounds), target, unit }] of cases) {
  const figures = { ours: [], official: [] };
  for (let round = 0; round < rounds; round++)
    for (const engine of engines) figures[engine].push(await measure(engine, name));
  rows.push(toRow(name, unit, target, figures));
  process.stderr.write(`${name}: ours ${figures.ours.map(show)}, official ${figures.official.map(show)} ${unit}\n`);
}
print(rows);
console.log(`\nNode ${process.version}, ${new Date().toISOString()}. ${await noise()}`);

async function measure(engine, name) {
  const script = fileURLToPath(new URL("run-case.js", import.meta.url));
  const { stdout } = await run(process.execPath, ["--expose-gc", script, engine, name]);
  return JSON.parse(stdout);
}

function toRow(name, unit, target, { ours, official }) {
  const [mine, theirs] = [ours, official].map((figures) =>
    figures.length === 0 ? "" : `${show(median(figures))} ${unit}`,
  );
  if (target === undefined) return [name, theirs, mine, "", "", ""];
  // What a case takes above its bare counterpart can be less than the noise.
  if (median(ours) <= 0) return [name, theirs, mine, "in the noise", `${target} ×`, "yes"];
  const ratio = median(official) / median(ours);
  return [name, theirs, mine, `${ratio.toFixed(1)} ×`, `${target} ×`, ratio >= target ? "yes" : "NO"];
}

function print(rows) {
  const table = [["case", "official", "ours", "ratio", "target", "met"], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const [head, ...body] = table.map(line);
  console.log([head, `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...body].join("\n"));
}

function show(value) {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(4);
}

/** How evenly this machine computes just now: the same work, timed 40 times. */
async function noise() {
  const times = Array.from({ length: 40 }, () => {
    const begun = performance.now();
    for (let i = 0, x = 1; i < 3e6; i++) x = (x * 1103515245 + 12345) % 2147483648;
    return performance.now() - begun;
  }).sort((left, right) => left - right);
  const spread = Math.round((times[35] / times[4] - 1) * 100);
  const load = loadavg()[0].toFixed(1);
  return `CPU noise: the same work differs by ${spread} % (10th to 90th percentile), load ${load}; trust ratios, not figures${spread > 25 ? ", and run again on a quieter machine" : ""}.`;
}
