import { describe, expect, test } from "vitest";
import { RunListeners } from "./run-listeners.ts";

describe("RunListeners", () => {
  test("a function given twice is two listeners, stopped one by one", () => {
    const listeners = new RunListeners();
    let heard = 0;
    const onChange = () => heard++;
    const stop = listeners.listen("r", onChange);
    listeners.listen("r", onChange);
    listeners.notify("r");
    stop();
    stop();
    listeners.notify("r");
    expect(heard).toBe(3);
  });

  test("a listener may stop itself and add others while it is called", () => {
    const listeners = new RunListeners();
    const heard: string[] = [];
    const stop = listeners.listen("r", () => {
      heard.push("first");
      stop();
      listeners.listen("r", () => heard.push("added"));
    });
    listeners.listen("r", () => heard.push("second"));
    listeners.notify("r");
    expect(heard).toEqual(["first", "second"]);
    listeners.notify("r");
    expect(heard).toEqual(["first", "second", "second", "added"]);
  });
});
