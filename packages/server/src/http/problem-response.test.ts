import { pino } from "pino";
import { expect, test } from "vitest";
import { SERVER_ERRORS, ServerError, type ServerErrorCode } from "../errors.ts";
import { problemResponse } from "./problem-response.ts";

const logger = pino({ level: "silent" });

test.each(Object.keys(SERVER_ERRORS) as ServerErrorCode[])(
  "%s is told as a client error, or as temporary",
  async (code) => {
    const response = problemResponse(new ServerError(code, "Why"), "r1", logger);
    const { retryable } = SERVER_ERRORS[code];
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status < 500 || retryable).toBe(true);
    expect(response.headers.has("retry-after")).toBe(retryable);
    expect(await response.json()).toEqual({ detail: "Why", message: "Why", code });
  },
);

test("what does not fit is told field by field", async () => {
  const issues = [{ path: "input[0]", message: "expected text" }];
  const response = problemResponse(new ServerError("invalid_request", "No", { issues }), "r1", logger);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ issues });
});

test("an error of ours is told by a number to look it up, without its text", async () => {
  const response = problemResponse(new Error("the password is hunter2"), "r1", logger);
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).toContain("r1");
  expect(text).not.toContain("hunter2");
});
