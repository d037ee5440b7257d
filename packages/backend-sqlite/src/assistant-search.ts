import {
  type AssistantFilter,
  type AssistantQuery,
  type AssistantRecord,
  type Page,
  passesAccess,
} from "@heddle/backend";
import { toAssistantRecord, VERSION_COLUMNS, type VersionRow } from "./assistant-row.ts";
import type { Connection } from "./connection.ts";
import { jsonContains } from "./json-contains.ts";
import { matchingIds } from "./matching-ids.ts";

const SORT_COLUMNS: Readonly<Record<AssistantQuery["sortBy"], string>> = {
  assistant_id: "assistant_id",
  graph_id: "graph_id",
  name: "name",
  created_at: "created_at",
  updated_at: "updated_at",
};

/** See Assistants.search. Names and metadata are checked here: there are few assistants, and SQLite folds only ASCII. */
export async function searchAssistants(connection: Connection, query: AssistantQuery): Promise<Page<AssistantRecord>> {
  if (!Object.hasOwn(SORT_COLUMNS, query.sortBy)) throw new Error(`Assistants cannot be sorted by "${query.sortBy}".`);
  const direction = query.sortOrder === "asc" ? "ASC" : "DESC";
  const ids = await checkedIds(
    connection,
    query,
    `${SORT_COLUMNS[query.sortBy]} ${direction}, assistant_id ${direction}`,
  );
  const page = ids.slice(query.offset, query.offset + query.limit);
  return connection.read(() => ({ items: readAssistants(connection, page), total: ids.length }));
}

/** See Assistants.count. */
export async function countAssistants(connection: Connection, filter: AssistantFilter): Promise<number> {
  return (await checkedIds(connection, filter, "assistant_id")).length;
}

function readAssistants({ database }: Connection, ids: readonly string[]): AssistantRecord[] {
  const columns = VERSION_COLUMNS.split(", ").map((column) => `a.${column}`);
  return database
    .all<[...VersionRow, string]>(
      `SELECT ${columns.join(", ")}, a.updated_at FROM json_each(?) wanted
       JOIN assistants a ON a.assistant_id = wanted.value ORDER BY wanted.key`,
      [JSON.stringify(ids)],
    )
    .map(toAssistantRecord);
}

async function checkedIds(
  connection: Connection,
  { name, graphId, metadata = {}, access }: AssistantFilter,
  order: string,
): Promise<string[]> {
  const { database } = connection;
  const candidates = await connection.read(() =>
    database.all<[string]>(`SELECT assistant_id FROM assistants WHERE ?1 IS NULL OR graph_id = ?1 ORDER BY ${order}`, [
      graphId ?? null,
    ]),
  );
  const wantedName = name?.toLowerCase() ?? "";
  return matchingIds(
    candidates.map(([id]) => id),
    (ids) =>
      database.all<[string, string, string]>(
        `SELECT a.assistant_id, a.name, a.metadata FROM json_each(?) wanted
         JOIN assistants a ON a.assistant_id = wanted.value ORDER BY wanted.key`,
        [JSON.stringify(ids)],
      ),
    ([, itsName, itsMetadata]) => {
      const held = JSON.parse(itsMetadata);
      return itsName.toLowerCase().includes(wantedName) && jsonContains(held, metadata) && passesAccess(held, access);
    },
  );
}
