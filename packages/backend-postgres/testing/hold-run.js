// Leases a run and holds it until it is killed. Arguments: address, schema. Runs the build.
import { openPostgresBackend } from "../dist/index.js";

const [url, schema] = process.argv.slice(2);
const backend = await openPostgresBackend({ url, schema });
const { signal } = new AbortController();
const lease = await backend.queue.lease({ workerId: `child-${process.pid}`, leaseMs: 600_000, signal });
process.stdout.write(`${lease.run.runId}\n`);
setInterval(() => {}, 1000);
