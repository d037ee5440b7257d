#!/usr/bin/env node
// Runs the checklist on both databases and writes docs/compatibility.md from what came out.
//
//   node e2e/checklist/write-table.js            (needs a build, and a PostgreSQL at HEDDLE_TEST_POSTGRES)
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const COUNT = 207;
/** Of event streaming protocol v2, which is not built yet. */
const PROTOCOL_2 = [
  [163, 182],
  [189, 206],
];

const { deviations, not_applicable: notApplicable } = JSON.parse(
  readFileSync(join(import.meta.dirname, "verdicts.json"), "utf8"),
);
const results = { SQLite: run("sqlite"), PostgreSQL: run("postgres") };
const rows = Array.from({ length: COUNT }, (_, index) => toRow(index + 1));
writeFileSync(join(ROOT, "docs/compatibility.md"), toPage(rows));
const failed = rows.filter(({ verdict }) => verdict.startsWith("fails") || verdict === "untested");
for (const { number, verdict } of failed) console.error(`#${number}: ${verdict}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Number → its tests: title and whether it passed. */
function run(database) {
  const folder = mkdtempSync(join(tmpdir(), "heddle-checklist-"));
  const file = join(folder, "results.json");
  const args = ["vitest", "run", "--project", "e2e", "e2e/checklist", "--reporter=json", `--outputFile=${file}`];
  spawnSync("npx", args, {
    cwd: ROOT,
    env: { ...process.env, HEDDLE_E2E_DATABASE: database },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const { testResults } = JSON.parse(readFileSync(file, "utf8"));
  rmSync(folder, { recursive: true });
  const found = new Map();
  for (const { assertionResults } of testResults) {
    for (const { title, status } of assertionResults) {
      const [, number, text] = /^#(\d+) (.*)$/s.exec(title) ?? [];
      if (number === undefined) continue;
      const key = Number(number);
      found.set(key, [...(found.get(key) ?? []), { text, status }]);
    }
  }
  return found;
}

function toRow(number) {
  if (PROTOCOL_2.some(([from, to]) => number >= from && number <= to)) {
    return { number, text: "(event streaming protocol v2)", verdict: "not yet", why: "" };
  }
  const tests = Object.entries(results).flatMap(([database, found]) =>
    (found.get(number) ?? []).map((test) => ({ ...test, database })),
  );
  const text = [...new Set(tests.map((test) => test.text))].join("; ");
  if (tests.length === 0) {
    const why = notApplicable[number] ?? deviations[number];
    return { number, text: "", verdict: why === undefined ? "untested" : verdictOf(number), why: why ?? "" };
  }
  const broken = tests.filter(({ status }) => status !== "passed" && status !== "skipped" && status !== "pending");
  if (broken.length > 0) {
    const databases = [...new Set(broken.map(({ database }) => database))].join(" and ");
    return { number, text, verdict: `fails on ${databases}`, why: "" };
  }
  const skipped = tests.filter(({ status }) => status !== "passed").map(({ database }) => database);
  const only =
    skipped.length > 0 ? `not on ${[...new Set(skipped)].join(" and ")}, where one process holds the file` : "";
  return { number, text, verdict: verdictOf(number), why: deviations[number] ?? only };
}

function verdictOf(number) {
  if (notApplicable[number] !== undefined) return "not offered";
  return deviations[number] === undefined ? "holds" : "deviates";
}

function toPage(table) {
  const count = (verdict) => table.filter((row) => row.verdict === verdict).length;
  const summary = ["holds", "deviates", "not offered", "not yet"].map((verdict) => `${count(verdict)} ${verdict}`);
  const lines = table.map(
    ({ number, text, verdict, why }) => `| ${number} | ${cell(text)} | ${verdict} | ${cell(why)} |`,
  );
  return `# Compatibility

What the tests of the official servers and clients pin down, as a numbered checklist, and what Heddle does. Each number is a
test of that name in \`e2e/checklist/\`, run against a server on SQLite and again on PostgreSQL. This page is written by
\`node e2e/checklist/write-table.js\`; do not edit it.

${summary.join(" · ")}

| # | behaviour | Heddle | |
|---|---|---|---|
${lines.join("\n")}
`;
}

function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
