import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);

it("a CommonJS project requires the engine, with one copy of core", async () => {
  const script = fileURLToPath(new URL("commonjs/agent.cjs", import.meta.url));
  const { stdout } = await run(process.execPath, [script]);
  expect(JSON.parse(stdout)).toEqual({
    texts: ["hi", "Hello Ada"],
    isSameCore: true,
    kinds: ["function", "function", "function", "function"],
  });
});
