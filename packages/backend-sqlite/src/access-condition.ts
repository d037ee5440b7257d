import type { AccessFilter, AccessScalar } from "@heddle/backend";
import { allOf, type Condition } from "./condition.ts";
import type { SqlValue } from "./database.ts";
import { metadataConditions } from "./thread-metadata.ts";

/** On the metadata of a thread `t`; scalars that the index of metadata knows are looked up there. */
export function accessCondition(filter: AccessFilter): Condition {
  switch (filter.type) {
    case "equals":
      return equals(filter.key, filter.value);
    case "contains":
      return allOf(filter.values.map((value) => contains(filter.key, value)));
    case "all":
      return allOf(filter.filters.map(accessCondition));
    case "any":
      return anyOf(filter.filters.map(accessCondition));
  }
}

function equals(key: string, value: AccessScalar): Condition {
  const { conditions, isExact } = metadataConditions(Object.fromEntries([[key, value]]));
  if (isExact) return allOf(conditions);
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(t.metadata) f WHERE f.key = ? AND ${isScalar("f")})`,
    parameters: [key, ...scalarParameters(value)],
  };
}

function contains(key: string, value: AccessScalar): Condition {
  const list = "json_each(CASE f.type WHEN 'array' THEN f.value ELSE '[]' END)";
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(t.metadata) f, ${list} e WHERE f.key = ? AND ${isScalar("e")})`,
    parameters: [key, ...scalarParameters(value)],
  };
}

/** The types of `json_each` by which a scalar is known; numbers have two. */
function isScalar(row: string): string {
  return `${row}.type IN (SELECT value FROM json_each(?)) AND ${row}.atom IS ?`;
}

function scalarParameters(value: AccessScalar): SqlValue[] {
  if (value === null) return ['["null"]', null];
  if (typeof value === "boolean") return [JSON.stringify([String(value)]), Number(value)];
  if (typeof value === "number") return ['["integer","real"]', value];
  return ['["text"]', value];
}

function anyOf(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.length === 0 ? "0" : `(${conditions.map(({ sql }) => `(${sql})`).join(" OR ")})`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}
