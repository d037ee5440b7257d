import { describe, expect, it } from "vitest";
import { unknownAnswer } from "./strict-resume.ts";

const A = "a".repeat(32);
const B = "b".repeat(32);
const waiting = { task: [{ id: A, value: "?" }] };

describe("unknownAnswer", () => {
  it.each([
    ["a plain answer", "yes", waiting, undefined],
    ["an answer by id", { [A]: "yes" }, waiting, undefined],
    ["an object that is an answer", { text: "yes" }, waiting, undefined],
    ["an answer to another interrupt", { [B]: "yes" }, waiting, `No interrupt ${B} is waiting for an answer`],
    ["one right and one wrong", { [A]: 1, [B]: 2 }, waiting, `No interrupt ${B} is waiting for an answer`],
    ["an answer when nothing waits", "yes", {}, "No interrupt is waiting for an answer"],
  ])("of %s", (_, resume, open, message) => {
    expect(unknownAnswer(resume, open)?.message).toBe(message);
  });
});
