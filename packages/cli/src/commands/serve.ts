import { banner } from "../banner.ts";
import { parseFlags } from "../flags.ts";
import { collectGarbage } from "../memory.ts";
import { type RunningServer, runServer } from "../run-server.ts";
import { SERVER_FLAGS, toServerSettings } from "../server-settings.ts";

export const serveCommand = {
  summary: "serve the graphs of a langgraph.json, without reload",
  flags: SERVER_FLAGS,
  run: (args: readonly string[]) => serveGraphs(args, process.send !== undefined),
};

/** Runs a server until it is told to stop (SIGTERM, SIGINT, or the end of the `dev` process that started it). */
export async function serveGraphs(args: readonly string[], isDev: boolean): Promise<number> {
  const settings = toServerSettings(parseFlags("serve", SERVER_FLAGS, args), process.env);
  const isWatched = process.send !== undefined;
  const imported: string[] = [];
  const onImport = isWatched ? (url: string) => imported.push(url) : undefined;
  const server = await runServer(settings, { isDev, onImport });
  process.stdout.write(banner(server));
  process.send?.({ imported: imported.filter((url) => url.startsWith("file:")) });
  collectGarbage();
  await stopSignal();
  await stopOrKill(server);
  return 0;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
    if (process.send !== undefined) process.once("disconnect", () => resolve());
  });
}

/** Ctrl-C reaches a process from the terminal and, a moment later, from npm: that is one signal. */
const SAME_SIGNAL_MS = 500;

/** A second signal means: now. */
async function stopOrKill(server: RunningServer): Promise<void> {
  const stoppingSince = performance.now();
  const kill = () => {
    if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(130);
  };
  process.on("SIGTERM", kill);
  process.on("SIGINT", kill);
  await server.stop();
  process.off("SIGTERM", kill);
  process.off("SIGINT", kill);
}
