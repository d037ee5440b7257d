import type { ApiKeyRecord, ApiKeys } from "@heddle/backend";
import type { Database } from "./database.ts";

interface ApiKeyRow {
  key_id: string;
  hash: string;
  hint: string;
  identity: string;
  name: string;
  permissions: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

const COLUMNS = "key_id, hash, hint, identity, name, permissions, created_at, expires_at, revoked_at";

/** API keys in PostgreSQL. */
export class PostgresApiKeys implements ApiKeys {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(key: ApiKeyRecord): Promise<void> {
    await this.#database.query(`INSERT INTO heddle.api_keys (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
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
  }

  async find(hash: string): Promise<ApiKeyRecord | undefined> {
    const sql = `SELECT ${COLUMNS} FROM heddle.api_keys WHERE hash = $1`;
    const [row] = await this.#database.query<ApiKeyRow>(sql, [hash]);
    return row && toApiKey(row);
  }

  async list(): Promise<ApiKeyRecord[]> {
    const sql = `SELECT ${COLUMNS} FROM heddle.api_keys ORDER BY seq DESC`;
    return (await this.#database.query<ApiKeyRow>(sql)).map(toApiKey);
  }

  async revoke(keyId: string, revokedAt: string): Promise<boolean> {
    const sql = "UPDATE heddle.api_keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL RETURNING seq";
    return (await this.#database.query(sql, [keyId, revokedAt])).length > 0;
  }
}

function toApiKey(row: ApiKeyRow): ApiKeyRecord {
  return {
    keyId: row.key_id,
    hash: row.hash,
    hint: row.hint,
    identity: row.identity,
    name: row.name,
    permissions: JSON.parse(row.permissions),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
