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
import { toAssistantRecord, toVersionRecord, toVersionRow, VERSION_COLUMNS, type VersionRow } from "./assistant-row.ts";
import { countAssistants, searchAssistants } from "./assistant-search.ts";
import type { Connection } from "./connection.ts";
import { jsonContains } from "./json-contains.ts";
import { mergeRecords } from "./merge-config.ts";
import type { SqliteRunQueue } from "./run-queue.ts";

/** Assistants in SQLite: the current version in `assistants`, all versions in `assistant_versions`. */
export class SqliteAssistants implements Assistants {
  readonly #connection: Connection;
  readonly #queue: SqliteRunQueue;

  constructor(connection: Connection, queue: SqliteRunQueue) {
    this.#connection = connection;
    this.#queue = queue;
  }

  create(assistant: NewAssistant): Promise<AssistantRecord | undefined> {
    return this.#connection.write("disk", () => {
      if (this.#read(assistant.assistantId) !== undefined) return undefined;
      return this.#write({ ...assistant, version: 1 }, assistant.createdAt);
    });
  }

  get(assistantId: string): Promise<AssistantRecord | undefined> {
    return this.#connection.read(() => this.#read(assistantId));
  }

  search(query: AssistantQuery): Promise<Page<AssistantRecord>> {
    return searchAssistants(this.#connection, query);
  }

  count(filter: AssistantFilter): Promise<number> {
    return countAssistants(this.#connection, filter);
  }

  update(assistantId: string, patch: AssistantPatch): Promise<AssistantRecord | undefined> {
    const { database } = this.#connection;
    return this.#connection.write("disk", () => {
      const current = this.#read(assistantId);
      if (current === undefined) return undefined;
      const latest = database.get<[number]>("SELECT max(version) FROM assistant_versions WHERE assistant_id = ?", [
        assistantId,
      ]);
      const now = this.#connection.now().toISOString();
      const next: AssistantVersionRecord = {
        ...current,
        ...patch,
        metadata: mergeRecords(current.metadata, patch.metadata ?? {}),
        assistantId,
        version: (latest?.[0] ?? current.version) + 1,
      };
      return this.#write(next, now, now);
    });
  }

  delete(assistantId: string, options: { deleteThreads: boolean }): Promise<boolean> {
    return this.#queue.removeAssistant(assistantId, options);
  }

  versions(
    assistantId: string,
    { limit, offset, metadata = {} }: PageRequest & { metadata?: Record<string, unknown> },
  ): Promise<AssistantVersionRecord[]> {
    return this.#connection.read(() =>
      this.#connection.database
        .all<VersionRow>(
          `SELECT ${VERSION_COLUMNS} FROM assistant_versions WHERE assistant_id = ? ORDER BY version DESC`,
          [assistantId],
        )
        .map(toVersionRecord)
        .filter((version) => jsonContains(version.metadata, metadata))
        .slice(offset, offset + limit),
    );
  }

  setLatest(assistantId: string, version: number): Promise<AssistantRecord | undefined> {
    const { database } = this.#connection;
    return this.#connection.write("disk", () => {
      const row = database.get<VersionRow>(
        `SELECT ${VERSION_COLUMNS} FROM assistant_versions WHERE assistant_id = ? AND version = ?`,
        [assistantId, version],
      );
      return row && this.#writeCurrent(row, this.#connection.now().toISOString());
    });
  }

  #read(assistantId: string): AssistantRecord | undefined {
    const row = this.#connection.database.get<[...VersionRow, string]>(
      `SELECT ${VERSION_COLUMNS}, updated_at FROM assistants WHERE assistant_id = ?`,
      [assistantId],
    );
    return row && toAssistantRecord(row);
  }

  /** Writes a new version and makes it the current one. */
  #write(next: AssistantVersionRecord, updatedAt: string, versionCreatedAt = next.createdAt): AssistantRecord {
    const current = this.#writeCurrent(toVersionRow(next), updatedAt);
    this.#connection.database.run(
      `INSERT INTO assistant_versions (${VERSION_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      toVersionRow({ ...next, createdAt: versionCreatedAt }),
    );
    return current;
  }

  /** The assistant keeps the time of its own creation, whichever version is current. */
  #writeCurrent(row: VersionRow, updatedAt: string): AssistantRecord {
    const written = this.#connection.database.get<[...VersionRow, string]>(
      `INSERT INTO assistants (${VERSION_COLUMNS}, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET version = excluded.version, graph_id = excluded.graph_id, name = excluded.name,
         description = excluded.description, config = excluded.config, context = excluded.context,
         metadata = excluded.metadata, updated_at = excluded.updated_at
       RETURNING ${VERSION_COLUMNS}, updated_at`,
      [...row, updatedAt],
    );
    if (written === undefined) throw new Error(`Assistant "${row[0]}" was not written.`);
    return toAssistantRecord(written);
  }
}
