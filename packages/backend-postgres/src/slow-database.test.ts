import { describeRunQueue } from "@heddle/conformance";
import { slowDown } from "../testing/slow-down.ts";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

// What the queue promises does not depend on which of two calls the database finishes first.
await describeOnPostgres("on a PostgreSQL that is slow at random", (postgres) => {
  describeRunQueue(async ({ now }) => {
    await postgres.empty();
    const backend = await openPostgresBackend({ url: postgres.url, schema: postgres.schema, now });
    await slowDown(postgres);
    return backend;
  });
});
