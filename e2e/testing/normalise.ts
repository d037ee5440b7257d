/** What says which engine, version or machine it was, and nothing about what was done. */
const DROPPED = new Set([
  "langgraph_version",
  "langgraph_plan",
  "langgraph_host",
  "langgraph_api_url",
  "ls_integration",
  "lc_versions",
  "versions",
  "user-agent",
]);

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;

/**
 * A copy in which ids are numbered in the order they appear, times are gone, and keys are sorted: two answers that do the same
 * become equal.
 */
export function normalise(value: unknown): unknown {
  const ids = new Map<string, string>();
  const text = JSON.stringify(sorted(value))
    .replaceAll(TIME, "<time>")
    .replaceAll(ID, (id) => {
      if (!ids.has(id)) ids.set(id, `<id:${ids.size}>`);
      return ids.get(id) ?? id;
    });
  return JSON.parse(text);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !DROPPED.has(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}
