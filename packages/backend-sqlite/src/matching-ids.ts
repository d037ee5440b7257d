import { setImmediate as nextTurn } from "node:timers/promises";

/** How many candidates are looked at in one turn of the event loop. */
const CHUNK = 500;

/** The ids whose rows pass the check, in the given order. Long checks let other work in between. */
export async function matchingIds<Row extends [id: string, ...rest: unknown[]]>(
  ids: readonly string[],
  load: (ids: readonly string[]) => Row[],
  isMatch: (row: Row) => boolean,
): Promise<string[]> {
  const matching: string[] = [];
  for (let start = 0; start < ids.length; start += CHUNK) {
    if (start > 0) await nextTurn();
    for (const row of load(ids.slice(start, start + CHUNK))) {
      if (isMatch(row)) matching.push(row[0]);
    }
  }
  return matching;
}
