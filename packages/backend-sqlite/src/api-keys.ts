import type { ApiKeyRecord, ApiKeys } from "@heddle/backend";
import { Connection, type ConnectionOptions } from "./connection.ts";

type ApiKeyRow = [
  keyId: string,
  hash: string,
  hint: string,
  identity: string,
  name: string,
  permissions: string,
  createdAt: string,
  expiresAt: string | null,
  revokedAt: string | null,
];

const COLUMNS = "key_id, hash, hint, identity, name, permissions, created_at, expires_at, revoked_at";

/** API keys in SQLite. */
export class SqliteApiKeys implements ApiKeys {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async create(key: ApiKeyRecord): Promise<void> {
    await this.#connection.write("disk", () => {
      this.#connection.database.run(`INSERT INTO api_keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, [
        key.keyId,
        key.hash,
        key.hint,
        key.identity,
        key.name,
        JSON.stringify(key.permissions),
        key.createdAt,
        key.expiresAt,
        key.revokedAt,
      ]);
    });
  }

  find(hash: string): Promise<ApiKeyRecord | undefined> {
    return this.#connection.read(() => {
      const row = this.#connection.database.get<ApiKeyRow>(`SELECT ${COLUMNS} FROM api_keys WHERE hash = ?`, [hash]);
      return row && toApiKey(row);
    });
  }

  list(): Promise<ApiKeyRecord[]> {
    return this.#connection.read(() =>
      this.#connection.database.all<ApiKeyRow>(`SELECT ${COLUMNS} FROM api_keys ORDER BY seq DESC`).map(toApiKey),
    );
  }

  revoke(keyId: string, revokedAt: string): Promise<boolean> {
    return this.#connection.write("disk", () => {
      const sql = "UPDATE api_keys SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL RETURNING seq";
      return this.#connection.database.get(sql, [revokedAt, keyId]) !== undefined;
    });
  }
}

/** The API keys of a file that a server may have open at the same time. */
export function openSqliteApiKeys(options: ConnectionOptions): ApiKeys & AsyncDisposable {
  const connection = Connection.open({ ...options, isShared: true });
  return Object.assign(new SqliteApiKeys(connection), { [Symbol.asyncDispose]: () => connection.close() });
}

function toApiKey([keyId, hash, hint, identity, name, permissions, createdAt, expiresAt, revokedAt]: ApiKeyRow) {
  return { keyId, hash, hint, identity, name, permissions: JSON.parse(permissions), createdAt, expiresAt, revokedAt };
}
