import type {
  AssistantFilter,
  AssistantPatch,
  AssistantQuery,
  AssistantRecord,
  Assistants,
  AssistantVersionRecord,
  NewAssistant,
  Page,
  PageRequest,
} from "@heddle/backend";
import { type AssistantRow, foldName, toAssistantRecord, toVersionRecord, VERSION_COLUMNS } from "./assistant-row.ts";
import { Conditions } from "./conditions.ts";
import type { Database } from "./database.ts";
import { GroupedCalls, type GroupedRow } from "./grouped-calls.ts";
import type { PostgresRunQueue } from "./run-queue.ts";
import { selectPage } from "./select-page.ts";

/** Assistants in PostgreSQL: the current version in `assistants`, all versions in `assistant_versions`. */
export class PostgresAssistants implements Assistants {
  readonly #database: Database;
  readonly #queue: PostgresRunQueue;
  readonly #now: () => Date;
  readonly #reads: GroupedCalls<FoundRow>;

  constructor(database: Database, queue: PostgresRunQueue, now: () => Date) {
    this.#database = database;
    this.#queue = queue;
    this.#now = now;
    this.#reads = new GroupedCalls({ database, sql: "SELECT * FROM heddle.read_assistants($1)" });
  }

  async create(assistant: NewAssistant): Promise<AssistantRecord | undefined> {
    const [row] = await this.#database.query<AssistantRow>(CREATE, [
      assistant.assistantId,
      assistant.graphId,
      assistant.name,
      foldName(assistant.name),
      assistant.description,
      JSON.stringify(assistant.config),
      // undefined has no JSON; a context that was not given is null.
      JSON.stringify(assistant.context ?? null),
      JSON.stringify(assistant.metadata),
      assistant.createdAt,
    ]);
    return row && toAssistantRecord(row);
  }

  async get(assistantId: string): Promise<AssistantRecord | undefined> {
    const row = await this.#reads.call({ id: assistantId });
    return row.assistant_id === null ? undefined : toAssistantRecord(row);
  }

  async search(query: AssistantQuery): Promise<Page<AssistantRecord>> {
    const column = Object.hasOwn(SORT_COLUMNS, query.sortBy) ? SORT_COLUMNS[query.sortBy] : undefined;
    if (column === undefined) throw new Error(`Assistants cannot be sorted by "${query.sortBy}".`);
    const direction = query.sortOrder === "asc" ? "ASC" : "DESC";
    const { limit, offset } = query;
    const { items, total } = await selectPage<AssistantRow>(this.#database, {
      table: "heddle.assistants",
      columns: "*",
      where: toConditions(query),
      orderBy: `${column} ${direction}, assistant_id ${direction}`,
      limit,
      offset,
    });
    return { items: items.map(toAssistantRecord), total };
  }

  async count(filter: AssistantFilter): Promise<number> {
    const where = toConditions(filter);
    const sql = `SELECT count(*) AS total FROM heddle.assistants WHERE ${where}`;
    return (await this.#database.queryOne<{ total: number }>(sql, where.parameters)).total;
  }

  async update(assistantId: string, patch: AssistantPatch): Promise<AssistantRecord | undefined> {
    const { graphId, name, description, config, context, metadata } = patch;
    const [row] = await this.#database.query<AssistantRow>(
      "SELECT * FROM heddle.update_assistant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      [
        assistantId,
        graphId,
        name,
        name === undefined ? undefined : foldName(name),
        description !== undefined,
        description,
        config === undefined ? undefined : JSON.stringify(config),
        context === undefined ? undefined : JSON.stringify(context),
        metadata === undefined ? undefined : JSON.stringify(metadata),
        this.#now().toISOString(),
      ],
    );
    return row && toAssistantRecord(row);
  }

  delete(assistantId: string, options: { deleteThreads: boolean }): Promise<boolean> {
    return this.#queue.removeAssistant(assistantId, options);
  }

  async versions(
    assistantId: string,
    { limit, offset, metadata }: PageRequest & { metadata?: Record<string, unknown> },
  ): Promise<AssistantVersionRecord[]> {
    const where = new Conditions();
    where.add("assistant_id = ?", assistantId);
    where.addContains("metadata", metadata);
    const sql = `SELECT ${VERSION_COLUMNS} FROM heddle.assistant_versions WHERE ${where}
      ORDER BY version DESC LIMIT ${where.bind(limit)} OFFSET ${where.bind(offset)}`;
    return (await this.#database.query<AssistantRow>(sql, where.parameters)).map(toVersionRecord);
  }

  async setLatest(assistantId: string, version: number): Promise<AssistantRecord | undefined> {
    const [row] = await this.#database.query<AssistantRow>(SET_LATEST, [
      assistantId,
      version,
      this.#now().toISOString(),
    ]);
    return row && toAssistantRecord(row);
  }
}

/** All columns are null when there is none. */
type FoundRow = GroupedRow & (AssistantRow | { assistant_id: null });

const SORT_COLUMNS: Readonly<Record<AssistantQuery["sortBy"], string>> = {
  assistant_id: "assistant_id",
  graph_id: "graph_id",
  name: "name",
  created_at: "created_at",
  updated_at: "updated_at",
};

function toConditions({ name, graphId, metadata, access }: AssistantFilter): Conditions {
  const where = new Conditions();
  if (name !== undefined) where.add("strpos(name_folded, ?) > 0", foldName(name));
  if (graphId !== undefined) where.add("graph_id = ?", graphId);
  where.addContains("metadata", metadata);
  where.addAccess("metadata", access);
  return where;
}

const CREATE = `WITH created AS (
    INSERT INTO heddle.assistants (assistant_id, version, graph_id, name, name_folded, description, config, context, metadata,
      created_at, updated_at)
    VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING RETURNING *
  ), first_version AS (
    INSERT INTO heddle.assistant_versions (${VERSION_COLUMNS}, name_folded)
    SELECT ${VERSION_COLUMNS}, name_folded FROM created
  )
  SELECT * FROM created`;

/** The assistant keeps the time of its own creation, whichever version is current. */
const SET_LATEST = `UPDATE heddle.assistants a SET version = v.version, graph_id = v.graph_id, name = v.name,
    name_folded = v.name_folded, description = v.description, config = v.config, context = v.context,
    metadata = v.metadata, updated_at = $3
  FROM heddle.assistant_versions v
  WHERE a.assistant_id = $1 AND v.assistant_id = $1 AND v.version = $2 RETURNING a.*`;
