import { describe, expect, it } from "vitest";
import { defaultModelName, loadModel } from "./load-model.ts";

describe("loadModel", () => {
  it("takes the provider whose key is set, and the offline model without a key", () => {
    expect(defaultModelName({})).toBe("offline");
    expect(defaultModelName({ ANTHROPIC_API_KEY: "k" })).toBe("anthropic");
    expect(defaultModelName({ OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k" })).toBe("openai");
  });

  it.each([
    ["offline", {}, "offline"],
    ["openai", { OPENAI_API_KEY: "k", OPENAI_BASE_URL: "http://localhost:1/v1" }, "openai"],
    ["anthropic", { ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: "http://localhost:1" }, "anthropic"],
  ])("loads %s", async (name, environment, type) => {
    expect((await loadModel(name, environment))._llmType()).toBe(type);
  });

  it.each([
    ["openai", "set OPENAI_API_KEY"],
    ["anthropic", "set ANTHROPIC_API_KEY"],
  ])("says which variable %s needs", async (name, message) => {
    await expect(loadModel(name, {})).rejects.toThrow(message);
  });

  it("names the models there are when asked for another", async () => {
    await expect(loadModel("gemini", {})).rejects.toThrow(
      'Unknown model_name "gemini"; choose one of openai, anthropic, offline.',
    );
  });
});
