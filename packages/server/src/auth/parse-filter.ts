import type { AccessFilter, AccessScalar } from "@heddle/backend";

/**
 * What a handler returned as a filter on metadata: `{owner: "ann"}`, `{owner: {$eq: "ann"}}`, `{teams: {$contains: "red"}}`
 * or a list of them, and `$or` and `$and` of filters. Keys are and-ed.
 *
 * @throws Error for what is none of these: an operator that is not known must not let anybody through.
 */
export function parseFilter(filter: Readonly<Record<string, unknown>>): AccessFilter {
  const filters = Object.entries(filter).map(([key, condition]) => parseEntry(key, condition));
  const [only] = filters;
  return filters.length === 1 && only !== undefined ? only : { type: "all", filters };
}

function parseEntry(key: string, condition: unknown): AccessFilter {
  if (key === "$or" || key === "$and") {
    if (!Array.isArray(condition) || condition.length === 0 || !condition.every(isRecord)) {
      throw new Error(`"${key}" in an auth filter has to be a list of filters`);
    }
    return { type: key === "$or" ? "any" : "all", filters: condition.map(parseFilter) };
  }
  if (key.startsWith("$")) throw new Error(`Unknown operator "${key}" in an auth filter; known are $or and $and`);
  if (isScalar(condition)) return { type: "equals", key, value: condition };
  if (!isRecord(condition)) throw new Error(`The auth filter of "${key}" has to be a value or an operator`);
  const filters = Object.entries(condition).map(([operator, operand]) => parseOperator(key, operator, operand));
  const [only] = filters;
  if (only === undefined) throw new Error(`The auth filter of "${key}" is empty`);
  return filters.length === 1 ? only : { type: "all", filters };
}

function parseOperator(key: string, operator: string, operand: unknown): AccessFilter {
  if (operator === "$eq" && isScalar(operand)) return { type: "equals", key, value: operand };
  if (operator === "$contains") {
    const values = Array.isArray(operand) ? operand : [operand];
    if (values.length > 0 && values.every(isScalar)) return { type: "contains", key, values };
  }
  throw new Error(
    `The auth filter of "${key}" has ${operator}: ${JSON.stringify(operand)}; known are $eq with a scalar and $contains ` +
      "with a scalar or a list of some",
  );
}

function isScalar(value: unknown): value is AccessScalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
