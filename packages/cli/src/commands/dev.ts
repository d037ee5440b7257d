import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { FileWatch } from "../file-watch.ts";
import { parseFlags } from "../flags.ts";
import { SERVER_FLAGS, toServerSettings } from "../server-settings.ts";
import { serveGraphs } from "./serve.ts";

const DEV_FLAGS = {
  ...SERVER_FLAGS,
  "no-browser": { type: "boolean", help: "do not open a browser (there is no page to open yet)" },
  "no-reload": { type: "boolean", help: "do not start anew when a file of a graph changes" },
} as const;

export const devCommand = {
  summary: "serve the graphs of a langgraph.json, and start anew when one of their files changes",
  flags: DEV_FLAGS,
  run: develop,
};

const BIN = fileURLToPath(new URL("../../bin/heddle.js", import.meta.url));

/**
 * Runs `heddle serve` as a child process and restarts it when a file changes that its graphs are made of. A restart loses
 * nothing: threads lie in the database, and runs under way go on from their last superstep.
 */
async function develop(args: readonly string[]): Promise<number> {
  const { "no-browser": _, "no-reload": noReload, ...flags } = parseFlags("dev", DEV_FLAGS, args);
  const serveArgs = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (noReload) return serveGraphs(serveArgs, true);
  const { configFile } = toServerSettings(flags, process.env);
  return superviseServer(serveArgs, configFile);
}

function superviseServer(serveArgs: readonly string[], configFile: string): Promise<number> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    let isReady = false;
    let isStopping = false;
    let isRestarting = false;
    const watch = new FileWatch((file) => {
      if (isRestarting || isStopping) return;
      isRestarting = true;
      process.stdout.write(`\n${file} changed, starting anew\n`);
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      else start();
    });
    const start = () => {
      isRestarting = false;
      child = fork(BIN, ["serve", ...serveArgs]);
      child.on("message", (message: { imported: string[] }) => {
        isReady = true;
        watch.setFiles([configFile, ...message.imported.map((url) => fileURLToPath(url.split("?")[0] ?? url))]);
      });
      child.on("exit", (code) => {
        if (isRestarting) return start();
        if (!isStopping && isReady) {
          process.stdout.write("The server stopped; it starts anew when a file changes\n");
          return;
        }
        watch.close();
        resolve(code ?? 1);
      });
    };
    const stop = () => {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) {
        watch.close();
        resolve(0);
      } else child.kill("SIGTERM");
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    start();
  });
}
