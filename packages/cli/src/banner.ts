import type { RunningServer } from "./run-server.ts";

/** What a server says when it is ready: what it serves, where the data lies, which keys took effect, what to try. */
export function banner({ url, config, agents, dataLocation }: RunningServer): string {
  const failures = agents.graphs.failures();
  const ids = agents.graphs.ids();
  const lines = [
    url === undefined ? "Heddle is ready: a worker, without a port" : `Heddle is ready at ${url}`,
    "",
    `  graphs    ${ids.join(", ") || "none"}`,
    ...failures.map(({ error }) => `  FAILED    ${error.message}`),
    `  data      ${dataLocation}`,
    `  config    ${config.file} (${config.usedKeys.join(", ")})`,
    ...(agents.publicRoutes === undefined
      ? []
      : [`  public    ${agents.publicRoutes.join(", ")} (the rest is for callers who authenticate)`]),
    ...config.warnings.map(({ message }) => `  warning   ${message}`),
  ];
  const first = ids[0];
  if (first !== undefined && url !== undefined) lines.push("", "Try:", ...example(url, first));
  return `${lines.join("\n")}\n`;
}

function example(url: string, graphId: string): string[] {
  const body = JSON.stringify({
    assistant_id: graphId,
    input: { messages: [{ role: "user", content: "what is 12 * 7?" }] },
    stream_mode: ["messages-tuple"],
  });
  return [`  curl -N ${url}/runs/stream -H 'content-type: application/json' -d '${body}'`];
}
