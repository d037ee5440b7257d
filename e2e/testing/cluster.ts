import { Client } from "@heddle/sdk";
import { newDatabase, type TestDatabase } from "./database.ts";
import { type ServerOptions, startServer, type TestServer } from "./server.ts";

/** Several server processes on one database. */
export interface Cluster extends AsyncDisposable {
  http: TestServer[];
  workers: TestServer[];
  /** Of each http process. */
  clients: Client[];
  database: TestDatabase;
  output(): string;
}

export interface ClusterOptions extends Pick<ServerOptions, "config" | "args" | "env"> {
  http: number;
  workers: number;
  /** A database of its own, removed afterwards, unless given. */
  database?: TestDatabase;
}

export async function startCluster({ http, workers, ...options }: ClusterOptions): Promise<Cluster> {
  const database = options.database ?? (await newDatabase());
  const roles = [...Array<"http">(http).fill("http"), ...Array<"worker">(workers).fill("worker")];
  const started = await Promise.allSettled(roles.map((role) => startServer({ ...options, database, role })));
  const servers = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const dispose = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    if (options.database === undefined) await database[Symbol.asyncDispose]();
  };
  const failure = started.find((each) => each.status === "rejected");
  if (failure !== undefined) {
    await dispose();
    throw failure.reason;
  }
  return {
    http: servers.slice(0, http),
    workers: servers.slice(http),
    clients: servers.slice(0, http).map(({ url }) => new Client({ apiUrl: url })),
    database,
    output: () => servers.map((server, index) => `--- ${roles[index]} ${index}\n${server.output()}`).join("\n"),
    [Symbol.asyncDispose]: dispose,
  };
}
