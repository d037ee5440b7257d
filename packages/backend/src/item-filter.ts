import { isDeepStrictEqual } from "node:util";

type Value = Readonly<Record<string, unknown>>;

const OPERATORS: Readonly<Record<string, (actual: unknown, wanted: unknown) => boolean>> = {
  $eq: (actual, wanted) => isDeepStrictEqual(actual, wanted),
  $ne: (actual, wanted) => !isDeepStrictEqual(actual, wanted),
  $gt: (actual, wanted) => compare(actual, wanted, (order) => order > 0),
  $gte: (actual, wanted) => compare(actual, wanted, (order) => order >= 0),
  $lt: (actual, wanted) => compare(actual, wanted, (order) => order < 0),
  $lte: (actual, wanted) => compare(actual, wanted, (order) => order <= 0),
  $in: (actual, wanted) => Array.isArray(wanted) && wanted.some((element) => isDeepStrictEqual(actual, element)),
  $nin: (actual, wanted) => Array.isArray(wanted) && !wanted.some((element) => isDeepStrictEqual(actual, element)),
};

/** Whether the value has all that the filter asks for: equal fields, or fields that pass their operators. */
export function matchesFilter(value: Value, filter: Value): boolean {
  return Object.entries(filter).every(([key, wanted]) => {
    const actual = Object.hasOwn(value, key) ? value[key] : undefined;
    const operators = toOperators(wanted);
    if (operators === undefined) return isDeepStrictEqual(actual, wanted);
    return operators.every(([name, operand]) => {
      const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
      if (operator === undefined) {
        throw new Error(
          `Unknown operator "${name}" in a store filter; known are ${Object.keys(OPERATORS).join(", ")}.`,
        );
      }
      return operator(actual, operand);
    });
  });
}

/** An object all of whose keys begin with "$" holds operators; any other is a value to be equal to. */
function toOperators(wanted: unknown): [string, unknown][] | undefined {
  if (wanted === null || typeof wanted !== "object" || Array.isArray(wanted)) return undefined;
  const entries = Object.entries(wanted);
  return entries.length > 0 && entries.every(([key]) => key.startsWith("$")) ? entries : undefined;
}

/** Numbers with numbers and text with text; anything else has no order. */
function compare(actual: unknown, wanted: unknown, accepts: (order: number) => boolean): boolean {
  if (typeof actual === "number" && typeof wanted === "number") return accepts(actual - wanted);
  if (typeof actual === "string" && typeof wanted === "string")
    return accepts(actual < wanted ? -1 : Number(actual > wanted));
  return false;
}
