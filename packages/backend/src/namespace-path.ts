/** Labels as one text, each followed by a dot: the path of a namespace is a prefix of those of all namespaces below it. */
export function namespacePath(labels: readonly string[]): string {
  return labels.map((label) => `${label}.`).join("");
}

/** The labels again. */
export function namespaceLabels(path: string): string[] {
  return path.split(".").slice(0, -1);
}

/** Whether there can be such a namespace: no label is empty or has a dot. */
export function isNamespace(labels: readonly string[]): boolean {
  return labels.every((label) => typeof label === "string" && label !== "" && !label.includes("."));
}

/** Throws for a namespace under which nothing may be stored. */
export function assertNamespace(labels: readonly string[]): void {
  if (labels.length > 0 && isNamespace(labels)) return;
  throw new Error(
    `Namespace ${JSON.stringify(labels)} cannot hold items: it needs at least one label, and labels are text that is not empty and has no ".".`,
  );
}
