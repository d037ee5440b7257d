import type { Page, ThreadFilter, ThreadQuery, ThreadRecord } from "@heddle/backend";
import { accessCondition } from "./access-condition.ts";
import { allOf, type Condition } from "./condition.ts";
import type { Connection } from "./connection.ts";
import { jsonContains } from "./json-contains.ts";
import { matchingIds } from "./matching-ids.ts";
import { metadataConditions } from "./thread-metadata.ts";
import { readThreads } from "./thread-row.ts";

/*
 * A search asks SQLite for what its indexes know: sort order, status, ids, and scalars at the top of the metadata. Usually
 * that is all, and SQLite cuts the page. Nested metadata and state values are checked here, on the candidates SQLite names;
 * so a filter is never anything but data.
 */

const SORT_COLUMNS: Readonly<Record<ThreadQuery["sortBy"], string>> = {
  thread_id: "t.thread_id",
  status: "t.status",
  created_at: "t.created_at",
  updated_at: "t.updated_at",
  state_updated_at: "t.state_updated_at",
};

/** See Threads.search. */
export async function searchThreads(connection: Connection, query: ThreadQuery): Promise<Page<ThreadRecord>> {
  const { where, isExact } = toCondition(query);
  const order = toOrder(query);
  const { database } = connection;
  if (isExact) {
    return connection.read(() => {
      const ids = database.all<[string]>(
        `SELECT t.thread_id FROM threads t WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`,
        [...where.parameters, query.limit, query.offset],
      );
      return {
        items: readThreads(
          database,
          ids.map(([id]) => id),
        ),
        total: countRows(connection, where),
      };
    });
  }
  const ids = await checkedIds(connection, query, where, order);
  const page = ids.slice(query.offset, query.offset + query.limit);
  return connection.read(() => ({ items: readThreads(database, page), total: ids.length }));
}

/** See Threads.count. */
export async function countThreads(connection: Connection, filter: ThreadFilter): Promise<number> {
  const { where, isExact } = toCondition(filter);
  if (isExact) return connection.read(() => countRows(connection, where));
  return (await checkedIds(connection, filter, where, "t.thread_id")).length;
}

function countRows(connection: Connection, where: Condition): number {
  return (
    connection.database.get<[number]>(`SELECT count(*) FROM threads t WHERE ${where.sql}`, where.parameters)?.[0] ?? 0
  );
}

function toOrder({ sortBy, sortOrder }: ThreadQuery): string {
  if (!Object.hasOwn(SORT_COLUMNS, sortBy)) throw new Error(`Threads cannot be sorted by "${sortBy}".`);
  const direction = sortOrder === "asc" ? "ASC" : "DESC";
  return `${SORT_COLUMNS[sortBy]} ${direction}, t.thread_id ${direction}`;
}

function toCondition({ ids, status, metadata, values, access }: ThreadFilter): { where: Condition; isExact: boolean } {
  const conditions: Condition[] = [{ sql: "t.is_temporary = 0", parameters: [] }];
  if (ids !== undefined) {
    conditions.push({ sql: "t.thread_id IN (SELECT value FROM json_each(?))", parameters: [JSON.stringify(ids)] });
  }
  if (status !== undefined) conditions.push({ sql: "t.status = ?", parameters: [status] });
  if (access !== undefined) conditions.push(accessCondition(access));
  const indexed = metadataConditions(metadata ?? {});
  return {
    where: allOf([...conditions, ...indexed.conditions]),
    isExact: indexed.isExact && (values === undefined || Object.keys(values).length === 0),
  };
}

async function checkedIds(
  connection: Connection,
  { metadata = {}, values = {} }: ThreadFilter,
  where: Condition,
  order: string,
): Promise<string[]> {
  const { database } = connection;
  const candidates = await connection.read(() =>
    database.all<[string]>(`SELECT t.thread_id FROM threads t WHERE ${where.sql} ORDER BY ${order}`, where.parameters),
  );
  const needsValues = Object.keys(values).length > 0;
  return matchingIds(
    candidates.map(([id]) => id),
    (ids) =>
      database.all<[string, string, string | null]>(needsValues ? WITH_VALUES : WITHOUT_VALUES, [JSON.stringify(ids)]),
    ([, metadataJson, valuesJson]) =>
      jsonContains(JSON.parse(metadataJson), metadata) &&
      (!needsValues || jsonContains(JSON.parse(valuesJson ?? "null"), values)),
  );
}

const WITHOUT_VALUES = `SELECT t.thread_id, t.metadata, NULL FROM json_each(?) wanted
  JOIN threads t ON t.thread_id = wanted.value ORDER BY wanted.key`;

const WITH_VALUES = `SELECT t.thread_id, t.metadata, s.values_json FROM json_each(?) wanted
  JOIN threads t ON t.thread_id = wanted.value LEFT JOIN thread_states s USING (seq) ORDER BY wanted.key`;
