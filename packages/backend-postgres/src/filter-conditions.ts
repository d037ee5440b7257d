import type { FilterTerm } from "@heddle/backend";
import type { Conditions } from "./conditions.ts";

const COMPARED = { $gt: ">", $gte: ">=", $lt: "<", $lte: "<=" } as const;

/**
 * What SQL can say of a filter on items `i`: whatever meets the terms meets this. Text that jsonb cannot hold is left to the
 * program. Keys and values are parameters, never text of the statement.
 */
export function addFilter(where: Conditions, terms: readonly FilterTerm[]): void {
  for (const term of terms) {
    const sql = toSql(where, term);
    if (sql !== undefined) where.add(sql);
  }
}

function toSql(where: Conditions, { key, operator, operand }: FilterTerm): string | undefined {
  if (!isPlain(key)) return undefined;
  switch (operator) {
    case "$eq":
      return equal(where, key, operand);
    case "$ne":
      return unequal(where, key, operand);
    case "$in":
      return oneOf(where, key, operand);
    case "$nin":
      if (!Array.isArray(operand)) return "false";
      return operand.map((each) => unequal(where, key, each) ?? "true").join(" AND ") || "true";
    default:
      return ordered(where, key, { sql: COMPARED[operator], operand });
  }
}

function oneOf(where: Conditions, key: string, operand: unknown): string {
  if (!Array.isArray(operand) || operand.length === 0) return "false";
  return `(${operand.map((each) => equal(where, key, each) ?? "true").join(" OR ")})`;
}

/** Containment first, for the index: it is true of more than what is equal. */
function equal(where: Conditions, key: string, operand: unknown): string | undefined {
  if (operand === undefined || !isPlain(operand)) return undefined;
  const field = where.bind(key);
  const json = where.bind(JSON.stringify(operand));
  return `(i.searchable @> jsonb_build_object(${field}::text, ${json}::jsonb) AND i.searchable -> ${field}::text = ${json}::jsonb)`;
}

function unequal(where: Conditions, key: string, operand: unknown): string | undefined {
  if (operand === undefined || !isPlain(operand)) return undefined;
  return `i.searchable -> ${where.bind(key)}::text IS DISTINCT FROM ${where.bind(JSON.stringify(operand))}::jsonb`;
}

function ordered(
  where: Conditions,
  key: string,
  { sql, operand }: { sql: string; operand: unknown },
): string | undefined {
  if (typeof operand !== "number" && typeof operand !== "string") return "false";
  if (!isPlain(operand)) return undefined;
  const field = `i.searchable -> ${where.bind(key)}::text`;
  const value = where.bind(operand);
  const [kind, compared] =
    typeof operand === "number"
      ? ["number", `(${field})::numeric ${sql} ${value}::numeric`]
      : ["string", `((${field}) #>> '{}') COLLATE "C" ${sql} ${value}::text`];
  // CASE, for the conditions of an AND may be tried in any order.
  return `CASE WHEN jsonb_typeof(${field}) = '${kind}' THEN ${compared} ELSE false END`;
}

/** Whether jsonb holds it as it is: no U+0000, no broken surrogates, nor what heddle.searchable makes of them. */
function isPlain(value: unknown): boolean {
  return !/\\u(0000|d[89a-f][0-9a-f]{2})|\ufffd/i.test(JSON.stringify(value));
}
