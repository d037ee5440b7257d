import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@heddle/sdk";
import { expect, it } from "vitest";
import { EXAMPLE_CONFIG, shared } from "./testing/places.ts";
import { startServer } from "./testing/server.ts";

const TOOLS = ["sh", "curl", "jq", "sed", "awk"];

/** The command on the page's cURL tab; where the page is absent, the copy we keep of it. */
function commandOnThePage(): string {
  const page = shared("seed/langgraph-sdk-page.md");
  if (page === undefined) return copy();
  const tab = readFileSync(page, "utf8").split('=== "CURL"')[1] ?? "";
  const block = tab.split("```bash\n")[1]?.split("```")[0] ?? "";
  return block.replaceAll(/^ {4}/gm, "");
}

function copy(): string {
  return readFileSync(join(import.meta.dirname, "testing/page-curl.sh"), "utf8");
}

function isInstalled(tool: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${tool}`]);
    return true;
  } catch {
    return false;
  }
}

const missing = TOOLS.filter((tool) => !isInstalled(tool));

it("the copy of the command is the command on the page", () => {
  expect(copy().trim()).toBe(commandOnThePage().trim());
});

// Where the tools are missing a developer's run goes on; in CI it must not pass unseen.
it.skipIf(missing.length > 0 && !process.env.CI)(
  `the page's cURL command runs as it stands${missing.length > 0 ? ` (needs ${missing.join(", ")})` : ""}`,
  async () => {
    await using server = await startServer({ config: EXAMPLE_CONFIG });
    const client = new Client({ apiUrl: server.url });
    const config = { configurable: { model_name: "offline" } };
    const assistant = await client.assistants.create({ graphId: "agent", config, name: "Open AI Assistant" });
    const command = commandOnThePage()
      .replaceAll("<DEPLOYMENT_URL>", server.url)
      .replaceAll("<OPENAI_ASSISTANT_ID>", JSON.stringify(assistant.assistant_id));

    const { stdout } = await promisify(execFile)("sh", ["-c", command]);

    const [first, metadata, blank, second, updates, ...rest] = stdout.split("\n");
    expect([first, blank, second]).toEqual([
      "Receiving event of type: metadata...",
      "",
      "Receiving event of type: updates...",
    ]);
    expect(JSON.parse(metadata ?? "")).toMatchObject({ run_id: expect.any(String) });
    expect(JSON.parse(updates ?? "")).toMatchObject({ agent: { messages: [{ type: "ai", name: "agent" }] } });
    expect(rest.join("").trim()).toBe("");
  },
);
