import type { TestSchema } from "./test-schema.ts";

/** Half of the times nothing, else up to 20 ms. */
const NOW_AND_THEN = "PERFORM pg_sleep(greatest(0, random() - 0.5) / 25);";

/**
 * Makes the functions that processes call wait now and then before and after their work, the latter with all its locks: what is a
 * matter of luck on a quick database then happens often. Does nothing the second time.
 */
export async function slowDown({ query, schema }: TestSchema): Promise<void> {
  const { rows } = await query(
    `SELECT pg_get_functiondef(p.oid) AS definition FROM pg_proc p
     WHERE p.pronamespace = $1::regnamespace AND 'enable_seqscan=off' = ANY (p.proconfig)`,
    [schema],
  );
  if (rows.length === 0) throw new Error(`The schema ${schema} has no functions for processes.`);
  for (const { definition } of rows.filter((row) => !row.definition.includes(NOW_AND_THEN))) {
    const slow = definition
      .replace(/\nBEGIN\n/, `\nBEGIN\n  ${NOW_AND_THEN}\n`)
      .replace(/\nEND (\$function\$\s*)$/, `\n  ${NOW_AND_THEN}\nEND $1`);
    if (slow.split(NOW_AND_THEN).length !== 3) throw new Error(`Could not slow down: ${definition}`);
    await query(slow);
  }
}
