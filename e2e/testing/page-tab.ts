import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shared } from "./places.ts";

const TABS = {
  javascript: { heading: '=== "Javascript"', fence: "```js\n" },
  curl: { heading: '=== "CURL"', fence: "```bash\n" },
} as const;

/** The code of a tab of the page this product was asked for by; in a clone, where the page is absent, our copy of it. */
export function pageTab(name: keyof typeof TABS): string {
  const page = shared("seed/langgraph-sdk-page.md");
  if (page === undefined) return copyOfTab(name);
  const { heading, fence } = TABS[name];
  const tab = readFileSync(page, "utf8").split(heading)[1] ?? "";
  const block = tab.split(fence)[1]?.split("```")[0] ?? "";
  return block.replaceAll(/^ {4}/gm, "");
}

export function copyOfTab(name: keyof typeof TABS): string {
  return readFileSync(join(import.meta.dirname, "page", `${name}.txt`), "utf8");
}
