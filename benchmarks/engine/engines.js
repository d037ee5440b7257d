import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** Where each engine's packages are resolved from: ours in the workspace, the official one beside this file. */
const PLACES = {
  ours: new URL("../../packages/langgraph/package.json", import.meta.url),
  official: new URL("../package.json", import.meta.url),
};
const NAMES = { ours: "@heddle/langgraph", official: "@langchain/langgraph" };

/** An engine and its copy of `@langchain/core`, by what the cases use of them. */
export async function loadEngine(engine) {
  const { resolve } = createRequire(PLACES[engine]);
  const load = (name) => import(esm(resolve(name)));
  const main =
    engine === "ours" ? new URL("../../packages/langgraph/dist/index.js", import.meta.url).href : NAMES[engine];
  const prebuilt =
    engine === "ours"
      ? new URL("../../packages/langgraph/dist/prebuilt.js", import.meta.url).href
      : `${NAMES[engine]}/prebuilt`;
  return {
    ...(await import(main)),
    ...(await import(prebuilt)),
    ...(await load("@langchain/core/messages")),
    ...(await load("@langchain/core/tools")),
    ...(await load("@langchain/core/outputs")),
    ...(await load("@langchain/core/language_models/chat_models")),
    ...(await load("zod")),
  };
}

/** `require.resolve` gives the CommonJS build; an engine that is imported uses the other one, and two copies of core must never meet. */
function esm(path) {
  return pathToFileURL(path.replace(/\.cjs$/, ".js")).href;
}
