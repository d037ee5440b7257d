// One case on one engine, in a process of its own: `node --expose-gc run-case.js <ours|official> <case>`. Writes the figure as JSON.

import { CASES } from "./cases.js";
import { loadEngine } from "./engines.js";

const [engine, name] = process.argv.slice(2);
console.log(JSON.stringify(await CASES[name].measure(await loadEngine(engine))));
