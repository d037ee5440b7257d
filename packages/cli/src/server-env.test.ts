import { describe, expect, test } from "vitest";
import { readServerEnv } from "./server-env.ts";

describe("what the environment says of a server", () => {
  test("a run may take an hour, or as long as BG_JOB_TIMEOUT_SECS says; 0 is for ever", () => {
    expect(readServerEnv({}).runTimeoutMs).toBe(3_600_000);
    expect(readServerEnv({ BG_JOB_TIMEOUT_SECS: "1.5" }).runTimeoutMs).toBe(1500);
    expect(readServerEnv({ BG_JOB_TIMEOUT_SECS: "0" }).runTimeoutMs).toBeUndefined();
    for (const wrong of ["-1", "soon", "Infinity"]) {
      expect(() => readServerEnv({ BG_JOB_TIMEOUT_SECS: wrong })).toThrow(/BG_JOB_TIMEOUT_SECS/);
    }
  });

  test("links for feedback need a key", () => {
    expect(readServerEnv({}).feedbackLinks).toBeUndefined();
    expect(readServerEnv({ LANGSMITH_API_KEY: "k" }).feedbackLinks).toBeDefined();
  });

  test("LANGGRAPH_CONFIG configures default assistants, and is refused when it is none", () => {
    const config = { agent: { configurable: { a: 1 }, context: { b: 2 } } };
    expect(readServerEnv({ LANGGRAPH_CONFIG: JSON.stringify(config) }).assistantDefaults).toEqual(config);
    expect(() => readServerEnv({ LANGGRAPH_CONFIG: "{" })).toThrow(/not JSON/);
    expect(() => readServerEnv({ LANGGRAPH_CONFIG: '{"agent":1}' })).toThrow(/has to be an object/);
  });
});
