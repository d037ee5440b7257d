import { describeDenial, describeIsolation } from "@heddle/conformance";
import { CommandProcess } from "./testing/command-process.ts";
import { newDatabase, type TestDatabase } from "./testing/database.ts";
import { API_KEYS_CONFIG, AUTH_CONFIG, UNDECIDED_CONFIG } from "./testing/places.ts";
import { startServer } from "./testing/server.ts";

const SHARED = ["/ok", "/info", "/docs", "/openapi.json", "/metrics"];

describeIsolation("a server with handlers of the official SDK", async () => {
  const server = await startServer({ config: AUTH_CONFIG });
  return {
    url: server.url,
    ann: { authorization: "Bearer ann-token" },
    bob: { authorization: "Bearer bob-token" },
    graphId: "whoami",
    sharedRoutes: SHARED,
    close: () => server[Symbol.asyncDispose](),
  };
});

describeIsolation("a server with API keys and no handlers", async () => {
  const database = await newDatabase();
  const server = await startServer({ config: API_KEYS_CONFIG, database });
  return {
    url: server.url,
    ann: { "x-api-key": await newKey(database, "ann") },
    bob: { "x-api-key": await newKey(database, "bob") },
    graphId: "whoami",
    sharedRoutes: SHARED,
    close: async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
});

describeDenial("a server whose handlers decide nothing", async () => {
  const server = await startServer({ config: UNDECIDED_CONFIG });
  return { url: server.url, user: {}, graphId: "whoami", close: () => server[Symbol.asyncDispose]() };
});

/** Made by the command beside the running server. */
async function newKey(database: TestDatabase, identity: string): Promise<string> {
  const command = new CommandProcess(["keys", "create", "--identity", identity, ...database.args]);
  const exitCode = await command.exitCode();
  const key = /^hdl_\S+/.exec(command.output)?.[0];
  if (exitCode !== 0 || key === undefined) throw new Error(`heddle keys create failed: ${command.output}`);
  return key;
}
