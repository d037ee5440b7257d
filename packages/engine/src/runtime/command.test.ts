import { expect, test } from "vitest";
import { Command, isCommand, Send } from "./command.ts";

test("goto is always a list, and plain packets become sends", () => {
  expect(new Command({}).goto).toEqual([]);
  expect(new Command({ goto: "a" }).goto).toEqual(["a"]);
  expect((new Command({ goto: [{ node: "b", args: 1 }] }).goto as Send[])[0]).toBeInstanceOf(Send);
});

test("an update may be a record, pairs, or one value", () => {
  expect(new Command({ update: { a: 1 } })._updateAsTuples()).toEqual([["a", 1]]);
  expect(
    new Command({
      update: [
        ["a", 1],
        ["a", 2],
      ],
    })._updateAsTuples(),
  ).toEqual([
    ["a", 1],
    ["a", 2],
  ]);
  expect(new Command({ update: "x" as never })._updateAsTuples()).toEqual([["__root__", "x"]]);
});

test("only instances are commands, not look-alikes", () => {
  expect(isCommand(new Command({}))).toBe(true);
  expect(isCommand({ lg_name: "Command", update: {} })).toBe(false);
});

test("a packet revives commands and packets in plain data and leaves instances alone", () => {
  class Own {
    inner = { lg_name: "Command" };
  }
  const own = new Own();
  const args: Record<string, unknown> = {
    list: [{ lg_name: "Send", node: "x", args: 1 }],
    command: { lg_name: "Command", goto: "y" },
    own,
  };
  args.self = args;
  const send = new Send("n", args);
  expect((send.args.list as unknown[])[0]).toBeInstanceOf(Send);
  expect(isCommand(send.args.command)).toBe(true);
  expect(send.args.own).toBe(own);
  expect(send.args.self).toBe(send.args);
});

test("a command as JSON has no graph", () => {
  expect(JSON.parse(JSON.stringify(new Command({ graph: "__parent__", goto: new Send("a", 1), resume: 2 })))).toEqual({
    lg_name: "Command",
    resume: 2,
    goto: [{ lg_name: "Send", node: "a", args: 1 }],
  });
});
