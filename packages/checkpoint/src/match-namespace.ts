import type { MatchCondition } from "./base-store.ts";

/** Whether a namespace begins (or ends) with the labels of a condition; "*" stands for any label. */
export function matchesNamespace(namespace: string[], condition: MatchCondition): boolean {
  const { path, matchType } = condition;
  if (path.length > namespace.length) return false;
  const start = matchType === "prefix" ? 0 : namespace.length - path.length;
  return path.every((label, i) => label === "*" || label === namespace[start + i]);
}
