/**
 * Whether `value` holds all that `part` says: objects at least its keys, lists an element for each of its elements, at any
 * depth; scalars must be equal. The semantics of `@>` in PostgreSQL.
 */
export function jsonContains(value: unknown, part: unknown): boolean {
  if (part === null || typeof part !== "object") return value === part;
  if (value === null || typeof value !== "object") return false;
  if (Array.isArray(part)) {
    return Array.isArray(value) && part.every((wanted) => value.some((element) => jsonContains(element, wanted)));
  }
  return !Array.isArray(value) && Object.entries(part).every(([key, wanted]) => holds(value, key, wanted));
}

function holds(value: object, key: string, wanted: unknown): boolean {
  return Object.hasOwn(value, key) && jsonContains(Reflect.get(value, key), wanted);
}
