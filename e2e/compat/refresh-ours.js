// npm copies our packages into node_modules once (`install-links`) and does not notice that they were built anew. This copies
// the built files again, so that `npm test` never tests yesterday's engine.

import { existsSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const COPIES = {
  "@heddle/backend": "backend",
  "@heddle/backend-postgres": "backend-postgres",
  "@heddle/backend-sqlite": "backend-sqlite",
  "@heddle/checkpoint": "checkpoint",
  "@heddle/engine": "engine",
  "@heddle/protocol": "protocol",
  "@heddle/sdk": "sdk",
  "@langchain/langgraph": "langgraph",
};

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

for (const [name, folder] of Object.entries(COPIES)) {
  const copy = at(`node_modules/${name}`);
  for (const built of ["dist", "cjs"]) {
    await rm(`${copy}/${built}`, { recursive: true, force: true });
    const from = at(`../../packages/${folder}/${built}`);
    if (existsSync(from)) await cp(from, `${copy}/${built}`, { recursive: true });
  }
  await cp(at(`../../packages/${folder}/package.json`), `${copy}/package.json`);
}
