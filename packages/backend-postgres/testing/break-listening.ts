import type { TestSchema } from "./test-schema.ts";

/**
 * Ends the sessions in which processes of this schema listen, or the one of the process of this number; numbers begin at 1 in each
 * schema, so other schemas have the same. Returns how many.
 */
export async function breakListening({ query, schema }: TestSchema, processId?: number): Promise<number> {
  const { rows } = await query(
    `SELECT count(pg_terminate_backend(l.pid)) AS broken FROM pg_locks l
     WHERE l.locktype = 'advisory' AND l.objsubid = 2
       AND l.classid::bigint = ${schema}.process_lock()::bigint & 4294967295
       AND ($1::bigint IS NULL OR l.objid::bigint = $1)`,
    [processId],
  );
  return Number(rows[0].broken);
}
