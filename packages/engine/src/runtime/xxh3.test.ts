import { expect, test } from "vitest";
import { xxh3 } from "./xxh3.ts";

test("the empty text has the published hash", () => {
  expect(xxh3("")).toBe("99aa06d3014798d86001c324468d497f");
});

test("a namespace has the id which the official engine gives its interrupt", () => {
  expect(xxh3("b:b08259fb-45a7-51e4-9ef1-0aa1d1312acf")).toBe("d5a866f9f051af131829afc90744fa51");
  expect(xxh3("b:b08259fb-45a7-51e4-9ef1-0aa1d1312acf|1")).toBe("08803bbc6678c87849901f8e352a262a");
});
