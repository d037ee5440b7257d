/** The border: API keys and webhook deliveries. */
export const SCHEMA_4 = `
CREATE TABLE heddle.api_keys (
  seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key_id TEXT COLLATE "C" NOT NULL UNIQUE,
  hash TEXT COLLATE "C" NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  identity TEXT NOT NULL,
  name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  created_at TEXT COLLATE "C" NOT NULL,
  expires_at TEXT COLLATE "C",
  revoked_at TEXT COLLATE "C"
);

CREATE TABLE heddle.webhook_deliveries (
  seq BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id TEXT COLLATE "C" NOT NULL UNIQUE,
  run_id TEXT COLLATE "C" NOT NULL,
  thread_id TEXT COLLATE "C" NOT NULL,
  url TEXT NOT NULL,
  payload TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at TEXT COLLATE "C" NOT NULL,
  -- When to try (again); of one that is being tried, when whoever tries it is given up. Null once it has ended.
  due_at TEXT COLLATE "C",
  last_error TEXT,
  delivered_at TEXT COLLATE "C"
);
CREATE INDEX webhook_deliveries_due ON heddle.webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_of_run ON heddle.webhook_deliveries (run_id);
`;
