/** Tasks and entrypoints return one result; a generator would silently be taken for one. */
export function rejectGenerator(func: unknown, what: "tasks" | "entrypoints" | "steps"): void {
  const kind = typeof func === "function" ? Object.prototype.toString.call(func) : "";
  if (kind === "[object GeneratorFunction]" || kind === "[object AsyncGeneratorFunction]") {
    throw new Error(`Generators are disallowed as ${what}. For streaming responses, use config.write.`);
  }
}
