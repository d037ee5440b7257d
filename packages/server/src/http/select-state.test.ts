import { expect, test } from "vitest";
import { emptyThreadState } from "../graphs/thread-state.ts";
import { selectState } from "./select-state.ts";

const state = { ...emptyThreadState(), values: { messages: ["hi"], count: 1 } };

test("without a selection all of the state is there", () => {
  expect(selectState(state, undefined)).toBe(state);
});

test("named parts and single values are picked", () => {
  expect(selectState(state, ["next", "values.count"])).toEqual({ next: [], values: { count: 1 } });
  expect(selectState(state, ["values"])).toEqual({ values: state.values });
  expect(selectState(state, ["values.nothing"])).toEqual({ values: {} });
});
