import { isDeepStrictEqual } from "node:util";
import { StoreQueryError } from "./store-query-error.ts";

type Value = Readonly<Record<string, unknown>>;

const OPERATORS: Readonly<Record<FilterTerm["operator"], (actual: unknown, wanted: unknown) => boolean>> = {
  $eq: (actual, wanted) => isDeepStrictEqual(actual, wanted),
  $ne: (actual, wanted) => !isDeepStrictEqual(actual, wanted),
  $gt: (actual, wanted) => compare(actual, wanted, (order) => order > 0),
  $gte: (actual, wanted) => compare(actual, wanted, (order) => order >= 0),
  $lt: (actual, wanted) => compare(actual, wanted, (order) => order < 0),
  $lte: (actual, wanted) => compare(actual, wanted, (order) => order <= 0),
  $in: (actual, wanted) => Array.isArray(wanted) && wanted.some((element) => isDeepStrictEqual(actual, element)),
  $nin: (actual, wanted) => Array.isArray(wanted) && !wanted.some((element) => isDeepStrictEqual(actual, element)),
};

/** One condition of a filter. */
export interface FilterTerm {
  /** A key at the top of the value. */
  key: string;
  operator: "$eq" | "$ne" | "$gt" | "$gte" | "$lt" | "$lte" | "$in" | "$nin";
  operand: unknown;
}

/**
 * The conditions of a filter, all of which must hold. An object all of whose keys begin with "$" holds operators; any other value
 * is to be equal to.
 *
 * @throws StoreQueryError for an unknown operator.
 */
export function toFilterTerms(filter: Value): FilterTerm[] {
  return Object.entries(filter).flatMap(([key, wanted]) => {
    const operators = toOperators(wanted);
    if (operators === undefined) return [{ key, operator: "$eq", operand: wanted } as const];
    return operators.map(([name, operand]) => {
      if (Object.hasOwn(OPERATORS, name)) return { key, operator: name as FilterTerm["operator"], operand };
      const known = Object.keys(OPERATORS).join(", ");
      throw new StoreQueryError(`Unknown operator "${name}" in a store filter; known are ${known}.`);
    });
  });
}

/** Whether the value meets all conditions. */
export function matchesTerms(value: Value, terms: readonly FilterTerm[]): boolean {
  return terms.every(({ key, operator, operand }) => {
    const actual = Object.hasOwn(value, key) ? value[key] : undefined;
    return OPERATORS[operator](actual, operand);
  });
}

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
