import { defineConfig } from "vitest/config";

export default defineConfig({
  // checkpoint-validation calls `describe` and `it` as globals.
  test: { globals: true, include: ["tests/*.test.ts"], testTimeout: 20_000, maxWorkers: 2 },
});
