import type { Page, PageRequest } from "@heddle/backend";
import type { Conditions } from "./conditions.ts";
import type { Database } from "./database.ts";

export interface PageQuery extends PageRequest {
  table: string;
  columns: string;
  where: Conditions;
  orderBy: string;
}

/** One page and how many match in all, in one statement; the count comes even when the page is empty. */
export async function selectPage<Row extends object>(
  database: Database,
  { table, columns, where, orderBy, limit, offset }: PageQuery,
): Promise<Page<Row>> {
  const condition = String(where);
  const range = `LIMIT ${where.bind(limit)} OFFSET ${where.bind(offset)}`;
  const rows = await database.query<Row & { total: number; is_found: boolean | null }>(
    `SELECT counted.total, page.* FROM (SELECT count(*) AS total FROM ${table} WHERE ${condition}) counted
     LEFT JOIN LATERAL (
       SELECT true AS is_found, ${columns} FROM ${table} WHERE ${condition} ORDER BY ${orderBy} ${range}
     ) page ON true`,
    where.parameters,
  );
  return { items: rows.filter((row) => row.is_found), total: rows[0]?.total ?? 0 };
}
