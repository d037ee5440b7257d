import { defineConfig } from "vitest/config";

// Workspace packages are resolved to their sources, so that unit tests need no build.
// "import" and "default" always hold; named here, node would also take them where a package requires another (pg does).
const conditions = ["heddle-source", "node", "module"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: ["architecture.test.ts", "packages/*/src/**/*.test.ts", "examples/*/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          // After the others: its server processes need the machine for themselves.
          sequence: { groupOrder: 1 },
          include: ["e2e/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
