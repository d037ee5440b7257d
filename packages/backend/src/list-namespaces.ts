import type { ListNamespacesOptions } from "@heddle/checkpoint";

/** See Store.listNamespaces, given all namespaces that hold items. */
export function listNamespaces(namespaces: readonly string[][], options: ListNamespacesOptions): string[][] {
  const { prefix = [], suffix = [], maxDepth, limit = 100, offset = 0 } = options;
  const distinct = new Map<string, string[]>();
  for (const labels of namespaces) {
    if (!startsWith(labels, prefix) || !endsWith(labels, suffix)) continue;
    const cut = maxDepth === undefined ? labels : labels.slice(0, maxDepth);
    distinct.set(JSON.stringify(cut), cut);
  }
  return [...distinct.values()].sort(compareLabels).slice(offset, offset + limit);
}

function startsWith(labels: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= labels.length && prefix.every((wanted, index) => wanted === "*" || wanted === labels[index]);
}

function endsWith(labels: readonly string[], suffix: readonly string[]): boolean {
  return suffix.length <= labels.length && startsWith(labels.slice(labels.length - suffix.length), suffix);
}

function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (const [index, label] of a.entries()) {
    const other = b[index];
    if (other === undefined || label > other) return 1;
    if (label < other) return -1;
  }
  return a.length - b.length;
}
