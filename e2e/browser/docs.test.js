import puppeteer from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM } from "./chromium.js";
import { startServer } from "./start-server.js";

describe.skipIf(CHROMIUM === undefined)("the page at /docs", () => {
  let server;
  let browser;

  beforeAll(async () => {
    server = await startServer("../graphs/browser.json");
    browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("lists all routes, and tries one", async () => {
    const page = await browser.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${server.url}/docs`);
    await page.waitForSelector("details");
    const { paths } = await (await fetch(`${server.url}/openapi.json`)).json();
    const count = Object.values(paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
    expect(await page.$$eval("main > details", (items) => items.length)).toBe(count);

    const titles = await page.$$eval("main > details > summary", (items) => items.map((item) => item.textContent));
    const route = (await page.$$("main > details"))[titles.findIndex((title) => title.startsWith("POST/runs/stream"))];
    await route.$eval("summary", (summary) => summary.click());
    await route.$eval("textarea", (area) => {
      const messages = [{ role: "user", content: "what is 12 * 7?" }];
      area.value = JSON.stringify({ assistant_id: "agent", input: { messages } });
    });
    await route.$$eval("button", (buttons) => buttons.find(({ textContent }) => textContent === "Send").click());
    await page.waitForFunction(() => document.body.textContent.includes("84"));
    expect(errors).toEqual([]);
  }, 30_000);
});
