import { describe, expect, it } from "vitest";
import { ServerError } from "../errors.ts";
import { extract } from "./extract.ts";

const thread = {
  values: { messages: [{ content: "a" }, { content: "b", parts: [[1, 2]] }], "odd key": 0 },
  status: "idle",
};

describe("extract", () => {
  it.each([
    ["status", "idle"],
    ["values.messages[0].content", "a"],
    ["values.messages[-1].content", "b"],
    ["values.messages[1].parts[0][-1]", 2],
    ["values.odd key", 0],
    ["values.messages[7].content", null],
    ["values.messages.length", null],
    ["values.constructor.name", null],
    ["status.length", null],
  ])("takes %s", (path, expected) => {
    expect(extract(thread, { it: path })).toEqual({ it: expected });
  });

  it.each(["", ".", "values.", "values[", "values[x]", "values..a", "[0]"])("refuses %j", (path) => {
    expect(() => extract(thread, { it: path })).toThrow(ServerError);
  });
});
