import { describe, expect, it } from "vitest";
import { path, requestUrl } from "./request-url.ts";

describe("requestUrl", () => {
  it("repeats a parameter for each item of a list and leaves out what nobody gave", () => {
    const query = { select: ["a", "b"], wait: true, limit: 0, empty: "", none: undefined, nil: null, list: [] };
    expect(requestUrl("http://host/api", "/x", query).href).toBe(
      "http://host/api/x?select=a&select=b&wait=true&limit=0&empty=",
    );
  });
});

describe("path", () => {
  it("keeps a parameter one segment, whatever it holds", () => {
    expect(path`/threads/${"a/b?c#d é"}/state`).toBe("/threads/a%2Fb%3Fc%23d%20%C3%A9/state");
  });

  it.each(["", ".", ".."])("refuses the id %j, which would be another path", (id) => {
    expect(() => path`/threads/${id}`).toThrow(`"${id}" is not an id.`);
  });
});
