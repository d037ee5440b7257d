import type { FilterTerm } from "@heddle/backend";
import { allOf, type Condition } from "./condition.ts";

const NEVER: Condition = { sql: "0", parameters: [] };
const PERHAPS: Condition = { sql: "1", parameters: [] };

const COMPARED = { $gt: ">", $gte: ">=", $lt: "<", $lte: "<=" } as const;

/**
 * What SQL can say of a filter on items `i`: whatever meets the terms meets this. Objects and lists are only told apart from
 * other values, and odd text cannot be bound; those the program checks. Keys and values are parameters, never text of
 * the statement.
 */
export function filterCondition(terms: readonly FilterTerm[]): Condition {
  return allOf(terms.map(toCondition));
}

function toCondition({ key, operator, operand }: FilterTerm): Condition {
  switch (operator) {
    case "$eq":
      return equal(key, operand);
    case "$ne":
      return unequal(key, operand);
    case "$in":
      return Array.isArray(operand) ? anyOf(operand.map((each) => equal(key, each))) : NEVER;
    case "$nin":
      return Array.isArray(operand) ? allOf(operand.map((each) => unequal(key, each))) : NEVER;
    default:
      return ordered(key, COMPARED[operator], operand);
  }
}

function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return NEVER;
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(" OR ")})`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}

function equal(key: string, operand: unknown): Condition {
  const value = isValue(operand);
  return value === undefined ? PERHAPS : exists(key, value);
}

function unequal(key: string, operand: unknown): Condition {
  const value = typeof operand === "object" && operand !== null ? undefined : isValue(operand);
  if (value === undefined || isOdd(key)) return PERHAPS;
  const { sql, parameters } = exists(key, value);
  return { sql: `NOT ${sql}`, parameters };
}

function ordered(key: string, operator: string, operand: unknown): Condition {
  if (typeof operand === "number") {
    return exists(key, { sql: `f.type IN ('integer', 'real') AND f.value ${operator} ?`, parameters: [operand] });
  }
  if (typeof operand !== "string") return NEVER;
  if (isOdd(operand)) return PERHAPS;
  return exists(key, { sql: `f.type = 'text' AND f.value ${operator} ?`, parameters: [operand] });
}

function exists(key: string, { sql, parameters }: Condition): Condition {
  if (isOdd(key)) return PERHAPS;
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(i.value) f WHERE f.key = ? AND ${sql})`,
    parameters: [key, ...parameters],
  };
}

/** That a field is this; undefined when SQL cannot say. */
function isValue(operand: unknown): Condition | undefined {
  if (typeof operand === "number") {
    return { sql: "f.type IN ('integer', 'real') AND f.value = ?", parameters: [operand] };
  }
  if (typeof operand === "string") {
    return isOdd(operand) ? undefined : { sql: "f.type = 'text' AND f.value = ?", parameters: [operand] };
  }
  if (typeof operand === "boolean") return { sql: `f.type = '${operand}'`, parameters: [] };
  if (operand === undefined) return undefined;
  if (operand === null) return { sql: "f.type = 'null'", parameters: [] };
  return { sql: `f.type = '${Array.isArray(operand) ? "array" : "object"}'`, parameters: [] };
}

/** Text that does not come through the driver, or not as it is: U+0000, and halves of surrogate pairs with what replaces them. */
function isOdd(text: string): boolean {
  return /[\0\ufffd]|\p{Surrogate}/u.test(text);
}
