/** Splits `a.b[0].c` or `a[*].b` into its parts: `["a", "b", "[0]", "c"]`; a `{x,y}` group stays one part. */
export function tokenizePath(path: string): string[] {
  return path.match(/\[[^\]]*\]|\{[^}]*\}|[^.[\]{}]+/g) ?? [];
}

/** The texts found at a path of a value; objects are given as JSON. "$" and "" mean the whole value. */
export function getTextAtPath(value: unknown, path: string): string[] {
  if (path === "" || path === "$") return [JSON.stringify(value, null, 2)];
  return textsAt(value, tokenizePath(path));
}

function textsAt(value: unknown, tokens: string[]): string[] {
  const [token, ...rest] = tokens;
  if (token === undefined) return toTexts(value);
  if (value === null || typeof value !== "object") return [];
  if (token.startsWith("[")) return Array.isArray(value) ? textsAtIndex(value, token.slice(1, -1).trim(), rest) : [];
  if (token.startsWith("{")) {
    const names = token.slice(1, -1).split(",");
    return names.flatMap((name) => textsAt(value, [name.trim(), ...rest]));
  }
  if (token === "*") return Object.values(value).flatMap((item) => textsAt(item, rest));
  return Object.hasOwn(value, token) ? textsAt((value as Record<string, unknown>)[token], rest) : [];
}

function textsAtIndex(items: unknown[], index: string, rest: string[]): string[] {
  if (index === "*") return items.flatMap((item) => textsAt(item, rest));
  const item = items.at(Number.parseInt(index, 10));
  return item === undefined ? [] : textsAt(item, rest);
}

function toTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  return value === null || value === undefined ? [] : [JSON.stringify(value, null, 2)];
}
