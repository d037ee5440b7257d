/** The border: API keys, webhook deliveries, idempotency keys. */
export const SCHEMA_4 = "";
