import { describeBackend } from "@heddle/conformance";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

await describeOnPostgres("on PostgreSQL", ({ url, schema, empty }) => {
  describeBackend("PostgreSQL", async (options) => {
    await empty();
    return openPostgresBackend({ url, schema, ...options });
  });
});
