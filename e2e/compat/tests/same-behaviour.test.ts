import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { officialKit, ourKit, type Scenario } from "../testing/engines.ts";
import { portrait } from "../testing/portrait.ts";

const folder = new URL("../same-behaviour/", import.meta.url);

// Each program is run on the official engine and on ours: they must tell the same.
for (const file of readdirSync(folder).sort()) {
  const { scenarios } = (await import(new URL(file, folder).href)) as { scenarios: Scenario[] };
  describe(file.replace(".ts", ""), () => {
    it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", async (_name, { run }) => {
      const official = portrait(await run(officialKit));
      const ours = portrait(await run(ourKit));
      expect(ours).toEqual(official);
    });
  });
}
