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
import { mergeRecords } from "@heddle/backend";
import { toAssistantRecord, toVersionRecord, toVersionRow, VERSION_COLUMNS, type VersionRow } from "./assistant-row.ts";
import { countAssistants, searchAssistants } from "./assistant-search.ts";
import type { Connection } from "./connection.ts";
import { jsonContains } from "./json-contains.ts";
import type { SqliteRunQueue } from "./run-queue.ts";

/** How many assistants are remembered; each run asks for its own. */
const MAX_KNOWN = 1000;

/**
 * Assistants in SQLite: the current version in `assistants`, all versions in `assistant_versions`. Those read last are
 * remembered, which is safe because nobody else writes to the file; any change forgets them all.
 */
export class SqliteAssistants implements Assistants {
  readonly #connection: Connection;
  readonly #queue: SqliteRunQueue;
  readonly #known = new Map<string, AssistantRecord>();
  /** Grows with each change, so that a read which began before it is not remembered. */
  #changes = 0;

  constructor(connection: Connection, queue: SqliteRunQueue) {
    this.#connection = connection;
    this.#queue = queue;
  }

  create(assistant: NewAssistant): Promise<AssistantRecord | undefined> {
    return this.#change(() => {
      if (this.#read(assistant.assistantId) !== undefined) return undefined;
      return this.#write({ ...assistant, version: 1 }, assistant.createdAt);
    });
  }

  async get(assistantId: string): Promise<AssistantRecord | undefined> {
    const known = this.#known.get(assistantId);
    if (known !== undefined) return known;
    const changes = this.#changes;
    const record = await this.#connection.read(() => this.#read(assistantId));
    if (record !== undefined && changes === this.#changes && this.#known.size < MAX_KNOWN) {
      this.#known.set(assistantId, record);
    }
    return record;
  }

  search(query: AssistantQuery): Promise<Page<AssistantRecord>> {
    return searchAssistants(this.#connection, query);
  }

  count(filter: AssistantFilter): Promise<number> {
    return countAssistants(this.#connection, filter);
  }

  update(assistantId: string, patch: AssistantPatch): Promise<AssistantRecord | undefined> {
    const { database } = this.#connection;
    return this.#change(() => {
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

  async delete(assistantId: string, options: { deleteThreads: boolean }): Promise<boolean> {
    try {
      this.#forget();
      return await this.#queue.removeAssistant(assistantId, options);
    } finally {
      this.#forget();
    }
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
    return this.#change(() => {
      const row = database.get<VersionRow>(
        `SELECT ${VERSION_COLUMNS} FROM assistant_versions WHERE assistant_id = ? AND version = ?`,
        [assistantId, version],
      );
      return row && this.#writeCurrent(row, this.#connection.now().toISOString());
    });
  }

  #change<T>(change: () => T): Promise<T> {
    return this.#connection.write("disk", () => {
      this.#forget();
      return change();
    });
  }

  #forget(): void {
    this.#changes++;
    this.#known.clear();
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
