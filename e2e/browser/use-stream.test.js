import { createServer } from "node:http";
import { build } from "esbuild";
import puppeteer from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM } from "./chromium.js";
import { startServer } from "./start-server.js";

describe.skipIf(CHROMIUM === undefined)("useStream of the official React package", () => {
  let server;
  let site;
  let browser;

  beforeAll(async () => {
    server = await startServer("../graphs/browser.json");
    site = await servePage();
    browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    site?.server.close();
    await server?.stop();
  });

  async function open(assistant, thread) {
    const page = await browser.newPage();
    const query = new URLSearchParams({ api: server.url, assistant, ...(thread ? { thread } : {}) });
    await page.goto(`${site.url}/?${query}`);
    return page;
  }

  const text = (page, selector) => page.$eval(selector, (element) => element.textContent);
  const messages = (page) => page.$$eval("li", (items) => items.map((item) => item.textContent));
  const idle = (page) =>
    page.waitForFunction(() => document.querySelector("#state").textContent === "idle" && document.querySelector("li"));

  async function say(page, message) {
    await page.type("input", message);
    await page.click("#send");
  }

  it("streams an agent's tool calls and answer", async () => {
    const page = await open("agent");
    await say(page, "what is 12 * 7?");
    await page.waitForFunction(() => document.querySelector("ol").textContent.includes("84"));
    await idle(page);
    expect((await messages(page)).map((message) => message.split(":")[0])).toEqual(["human", "ai", "tool", "ai"]);
    expect(await text(page, "#seen")).not.toContain("error");
    await page.close();
  }, 30_000);

  it("shows an interrupt, resumes from it, and finds all of it again after a reload", async () => {
    const page = await open("desk");
    await say(page, "hello");
    const question = await page.waitForSelector("#yes");
    expect(await question.evaluate((element) => element.textContent)).toBe("Send it?");
    const thread = await text(page, "#thread");

    const again = await open("desk", thread);
    await again.waitForSelector("#yes");
    await again.click("#yes");
    await again.waitForFunction(() => document.querySelector("ol").textContent.includes("Sent."));
    await idle(again);
    const expected = ["human: hello", "ai: Draft for: hello", "ai: Sent."];
    expect(await messages(again)).toEqual(expected);

    await again.reload();
    await again.waitForFunction(() => document.querySelectorAll("li").length === 3);
    expect(await messages(again)).toEqual(expected);
    expect(await again.$("#yes")).toBeNull();
    await Promise.all([page.close(), again.close()]);
  }, 30_000);

  it("stops when it is told to", async () => {
    const page = await open("patient");
    await say(page, "take your time");
    await page.waitForFunction(() => document.querySelector("ol").textContent.includes("Let me think."));
    await page.click("#stop");
    await page.waitForFunction(() => document.querySelector("#state").textContent === "idle");
    expect(await text(page, "#seen")).not.toContain("error");
    await page.close();
  }, 30_000);
});

async function servePage() {
  const bundle = await build({
    entryPoints: [new URL("page.jsx", import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  const [{ text }] = bundle.outputFiles;
  const html = '<!doctype html><div id="root"></div><script type="module" src="/page.js"></script>';
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? text : html);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}
