import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getApiKey } from "./api-key.ts";

describe("getApiKey", () => {
  beforeEach(() => {
    for (const variable of ["LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY"]) vi.stubEnv(variable, "");
  });
  afterEach(() => void vi.unstubAllEnvs());

  it("takes the key it is given", () => {
    vi.stubEnv("LANGGRAPH_API_KEY", "other");
    expect(getApiKey("mine")).toBe("mine");
  });

  it("finds none when none is wanted or set", () => {
    expect(getApiKey()).toBeUndefined();
    vi.stubEnv("LANGGRAPH_API_KEY", "other");
    expect(getApiKey(null)).toBeUndefined();
  });

  it("prefers LANGGRAPH to LANGSMITH to LANGCHAIN", () => {
    vi.stubEnv("LANGCHAIN_API_KEY", "3");
    expect(getApiKey()).toBe("3");
    vi.stubEnv("LANGSMITH_API_KEY", "2");
    expect(getApiKey()).toBe("2");
    vi.stubEnv("LANGGRAPH_API_KEY", " '1' ");
    expect(getApiKey()).toBe("1");
  });
});
