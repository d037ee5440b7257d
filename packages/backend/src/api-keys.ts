/** An API key as it is kept: never its text. */
export interface ApiKeyRecord {
  keyId: string;
  /** SHA-256 of the key's text, in hexadecimal. */
  hash: string;
  /** The end of its text, to know it again. */
  hint: string;
  identity: string;
  name: string;
  permissions: string[];
  createdAt: string;
  /** null: never. */
  expiresAt: string | null;
  /** null: it was not. */
  revokedAt: string | null;
}

/** The keys by which a server knows its callers. */
export interface ApiKeys {
  create(key: ApiKeyRecord): Promise<void>;
  /** By its hash; revoked and expired ones too. */
  find(hash: string): Promise<ApiKeyRecord | undefined>;
  /** Newest first. */
  list(): Promise<ApiKeyRecord[]>;
  /** False when it is unknown or was revoked before. */
  revoke(keyId: string, revokedAt: string): Promise<boolean>;
}
