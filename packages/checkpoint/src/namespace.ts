/** A store namespace that breaks a rule: empty, an empty or non-text label, a "." in a label, or a reserved root. */
export class InvalidNamespaceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InvalidNamespaceError";
  }
}

/** Throws `InvalidNamespaceError` unless every rule for namespaces holds. */
export function validateNamespace(
  namespace: string[],
  options: { allowEmpty?: boolean; allowReservedRoot?: boolean } = {},
): void {
  if (namespace.length === 0 && options.allowEmpty !== true) {
    throw new InvalidNamespaceError("Namespace cannot be empty.");
  }
  for (const label of namespace) {
    const reason = labelProblem(label);
    if (reason !== undefined) {
      throw new InvalidNamespaceError(`Invalid namespace label '${String(label)}' found in ${namespace}. ${reason}`);
    }
  }
  if (namespace[0] === "langgraph" && options.allowReservedRoot !== true) {
    throw new InvalidNamespaceError(`Root label for namespace cannot be "langgraph". Got: ${namespace}`);
  }
}

function labelProblem(label: unknown): string | undefined {
  if (typeof label !== "string") return `Namespace labels must be strings, but got ${typeof label}.`;
  if (label.includes(".")) return "Namespace labels cannot contain periods ('.').";
  if (label === "") return "Namespace labels cannot be empty strings.";
  return undefined;
}
