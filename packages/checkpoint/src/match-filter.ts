/**
 * Whether a stored value satisfies a filter: equal fields, or operators.
 *
 * @example matchesFilter({ kind: "note", score: 3 }, { kind: "note", score: { $gte: 2 } }) // true
 */
export function matchesFilter(value: Record<string, unknown>, filter: Record<string, unknown>): boolean {
  return Object.entries(filter).every(([key, condition]) => matchesCondition(value[key], condition));
}

function matchesCondition(value: unknown, condition: unknown): boolean {
  if (isOperators(condition)) {
    return Object.entries(condition).every(([operator, operand]) => applyOperator(operator, value, operand));
  }
  return isEqual(value, condition);
}

function isOperators(condition: unknown): condition is Record<string, unknown> {
  if (typeof condition !== "object" || condition === null || Array.isArray(condition)) return false;
  return Object.keys(condition).some((key) => key.startsWith("$"));
}

function applyOperator(operator: string, value: unknown, operand: unknown): boolean {
  switch (operator) {
    case "$eq":
      return isEqual(value, operand);
    case "$ne":
      return !isEqual(value, operand);
    case "$gt":
      return Number(value) > Number(operand);
    case "$gte":
      return Number(value) >= Number(operand);
    case "$lt":
      return Number(value) < Number(operand);
    case "$lte":
      return Number(value) <= Number(operand);
    case "$in":
      return Array.isArray(operand) && operand.some((item) => isEqual(value, item));
    case "$nin":
      return Array.isArray(operand) && !operand.some((item) => isEqual(value, item));
    default:
      return false;
  }
}

/** Equality of plain data. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (Array.isArray(a) !== Array.isArray(b) || keys.length !== Object.keys(b).length) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  return keys.every((key) => Object.hasOwn(b, key) && isEqual(left[key], right[key]));
}
