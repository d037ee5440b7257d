import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { expect, test } from "vitest";

const entries = {
  index: () => import("./index.ts"),
  web: () => import("./web.ts"),
  prebuilt: () => import("./prebuilt.ts"),
  pregel: () => import("./pregel.ts"),
  channels: () => import("./channels.ts"),
  remote: () => import("./remote.ts"),
  zod: () => import("./zod.ts"),
  "zod-schema": () => import("./zod-schema.ts"),
};

test("web leaves the async-local storage to its host, the main entry brings it", async () => {
  await import("./web.ts");
  expect(AsyncLocalStorageProviderSingleton.getInstance().constructor.name).toBe("MockAsyncLocalStorage");
  await import("./index.ts");
  expect(AsyncLocalStorageProviderSingleton.getInstance().constructor.name).toBe("AsyncLocalStorage");
});

test.each(Object.entries(entries))("the names of %s change only by decision", async (_name, load) => {
  expect(Object.keys(await load()).sort()).toMatchSnapshot();
});

test("web has every name of the main entry", async () => {
  expect(Object.keys(await entries.web()).sort()).toEqual(Object.keys(await entries.index()).sort());
});
