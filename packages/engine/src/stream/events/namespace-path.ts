import type { Namespace } from "./protocol-event.ts";

export function isAtNamespace(namespace: Namespace, path: Namespace): boolean {
  return namespace.length === path.length && isWithinNamespace(namespace, path);
}

/** Whether a namespace is `path` itself or lies below it. Segments are compared whole, ids included. */
export function isWithinNamespace(namespace: Namespace, path: Namespace): boolean {
  return path.every((segment, i) => segment === namespace[i]);
}

/** Whether a namespace lies exactly one level below `path`. */
export function isChildNamespace(namespace: Namespace, path: Namespace): boolean {
  return namespace.length === path.length + 1 && isWithinNamespace(namespace, path);
}
