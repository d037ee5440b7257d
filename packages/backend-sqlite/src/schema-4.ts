/** The border: API keys and webhook deliveries. */
export const SCHEMA_4 = `
CREATE TABLE api_keys (
  seq INTEGER PRIMARY KEY,
  key_id TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  identity TEXT NOT NULL,
  name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT
) STRICT;

CREATE TABLE webhook_deliveries (
  seq INTEGER PRIMARY KEY,
  delivery_id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL,
  thread_id TEXT NOT NULL,
  url TEXT NOT NULL,
  payload TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  -- When to try (again); of one that is being tried, when whoever tries it is given up. Null once it has ended.
  due_at TEXT,
  last_error TEXT,
  delivered_at TEXT
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_of_run ON webhook_deliveries (run_id);
`;
