import { defineConfig } from "vitest/config";

// Workspace packages are resolved to their sources, so that unit tests need no build.
// "import" and "default" always hold; named here, node would also take them where a package requires another (pg does).
const conditions = ["heddle-source", "node"];

const CHAOS = "e2e/chaos.test.ts";

const e2e = {
  name: "e2e",
  // After the others: its server processes need the machine for themselves.
  sequence: { groupOrder: 1 },
  include: ["e2e/*.test.ts", "e2e/checklist/*.test.ts"],
  exclude: [CHAOS],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  maxWorkers: 2,
};

const ON_POSTGRES = { HEDDLE_E2E_DATABASE: "postgres" };

const onPostgres = {
  ...e2e,
  name: "e2e-postgres",
  env: ON_POSTGRES,
  // What is about pages, the command and the door goes the same way whichever database is behind.
  exclude: [
    CHAOS,
    ...["page-curl", "page-javascript", "custom-app", "dev", "commonjs", "remote-graph", "bad-input"].map(
      (name) => `e2e/${name}.test.ts`,
    ),
  ],
};

/** Alone: a process that is killed each second takes a core for starting again. */
const chaos = { ...e2e, name: "chaos", sequence: { groupOrder: 2 }, include: [CHAOS], exclude: [], maxWorkers: 1 };

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          // Those on a real PostgreSQL wait for its disk, which others use as well.
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
          include: ["architecture.test.ts", "packages/*/src/**/*.test.ts", "examples/*/*.test.ts"],
        },
      },
      { extends: true, test: e2e },
      { extends: true, test: chaos },
      // The same on PostgreSQL, where CI or whoever names one asks for it.
      ...(process.env.CI || process.env.HEDDLE_TEST_POSTGRES
        ? [
            { extends: true as const, test: onPostgres },
            { extends: true as const, test: { ...chaos, name: "chaos-postgres", env: ON_POSTGRES } },
          ]
        : []),
    ],
  },
});
