import { existsSync } from "node:fs";

/** A browser of this machine; undefined where there is none, and nothing to see. CI brings one if it can. */
export const CHROMIUM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  process.env.CHROMIUM,
].find((path) => path !== undefined && existsSync(path));
