import { readDeclaredTypes } from "./read-declared-types.ts";

// The compiler takes seconds and much memory: it works in a process of its own, which ends with its answer.
const [file = "", exportName = ""] = process.argv.slice(2);
process.send?.(readDeclaredTypes(file, exportName), () => process.exit(0));
