import { describeRunQueue } from "@heddle/conformance";
import { slowDown } from "../testing/slow-down.ts";
import { describeOnPostgres } from "../testing/test-schema.ts";
import { asOneBackend } from "../testing/two-processes.ts";
import { openPostgresBackend } from "./open-postgres-backend.ts";

// What the queue promises depends neither on which process is asked nor on which of two calls the database finishes first.
await describeOnPostgres("two processes on a PostgreSQL that is slow at random", (postgres) => {
  describeRunQueue(async ({ now }) => {
    await postgres.empty();
    const open = () => openPostgresBackend({ url: postgres.url, schema: postgres.schema, now });
    const backend = asOneBackend(await open(), await open());
    await slowDown(postgres);
    return backend;
  });
});
