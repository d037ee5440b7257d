import type { Condition } from "./condition.ts";
import type { Database } from "./database.ts";

type Metadata = Record<string, unknown>;

/** Longer values are not indexed, so that metadata never doubles the size of the file. */
const MAX_INDEXED_LENGTH = 200;

/** Enters the scalars at the top of a thread's metadata into the index that searches use. */
export function indexMetadata(database: Database, threadSeq: number, metadata: Metadata): void {
  for (const [key, value] of indexedEntries(metadata)) {
    database.run("INSERT OR IGNORE INTO thread_metadata (key, value, seq) VALUES (?, ?, ?)", [key, value, threadSeq]);
  }
}

/** Takes out what `indexMetadata` entered for the same metadata. */
export function unindexMetadata(database: Database, threadSeq: number, metadata: Metadata): void {
  for (const [key, value] of indexedEntries(metadata)) {
    database.run("DELETE FROM thread_metadata WHERE key = ? AND value = ? AND seq = ?", [key, value, threadSeq]);
  }
}

/** Narrows a search of threads by the index. `isExact` when nothing of the filter is left to be checked. */
export function metadataConditions(filter: Metadata): { conditions: Condition[]; isExact: boolean } {
  const indexed = indexedEntries(filter);
  return {
    conditions: indexed.map(([key, value]) => ({ sql: HAS_METADATA, parameters: [key, value] })),
    isExact: indexed.length === Object.keys(filter).length,
  };
}

const HAS_METADATA = "t.seq IN (SELECT m.seq FROM thread_metadata m WHERE m.key = ? AND m.value = ?)";

function indexedEntries(metadata: Metadata): [key: string, value: string][] {
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(metadata)) {
    if (value === undefined || (typeof value === "object" && value !== null)) continue;
    const text = JSON.stringify(value);
    if (text !== undefined && text.length <= MAX_INDEXED_LENGTH && !key.includes("\0")) entries.push([key, text]);
  }
  return entries;
}
