// An Agent Server inside of an app
export { createServer, type EmbeddedServer, type EmbeddedServerOptions } from "./embed/create-server.ts";
// The command
export { main } from "./main.ts";
