import type { SqlValue } from "./database.ts";

/** A part of a WHERE clause. The text comes from this package only; what users say is in the parameters. */
export interface Condition {
  sql: string;
  parameters: SqlValue[];
}

/** All conditions must hold. */
export function allOf(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.length === 0 ? "1" : conditions.map(({ sql }) => sql).join(" AND "),
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}
