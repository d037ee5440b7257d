import { describe, expect, it } from "vitest";
import { wantedEvents } from "./wanted-events.ts";

const EVENTS = [
  "metadata",
  "values",
  "updates|child:1",
  "updates|child:1|inner:2",
  "messages",
  "messages/partial",
  "messages|child:1",
  "error",
];

describe("wantedEvents", () => {
  it.each([
    [{ modes: ["values"] }, ["metadata", "values", "error"]],
    [{ modes: ["messages"] }, ["metadata", "messages/partial", "error"]],
    [{ modes: ["messages-tuple"] }, ["metadata", "messages", "messages|child:1", "error"]],
    [{ namespaces: [""] }, ["metadata", "values", "messages", "messages/partial", "error"]],
    [{ namespaces: ["child:1"] }, ["metadata", "updates|child:1", "messages|child:1", "error"]],
    [{ namespaces: ["child|inner"] }, ["metadata", "updates|child:1|inner:2", "error"]],
    [{ modes: ["updates"], namespaces: ["child"] }, ["metadata", "updates|child:1", "error"]],
    [{ namespaces: [] }, ["metadata", "error"]],
  ])("of %j lets these through", (wanted, expected) => {
    expect(EVENTS.filter(wantedEvents(wanted) ?? (() => true))).toEqual(expected);
  });

  it("of nothing said is no test at all", () => {
    expect(wantedEvents({})).toBeUndefined();
  });
});
