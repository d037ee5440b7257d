import { expect, expectTypeOf, test } from "vitest";
import { Auth, HTTPException } from "./index.ts";

test("what was given lies where servers look for it", () => {
  const authenticate = async () => ({ identity: "ann", team: "red" });
  const auth = new Auth()
    .authenticate(authenticate)
    .on("threads:create", ({ value, user }) => {
      expectTypeOf(value.thread_id).toEqualTypeOf<string>();
      expectTypeOf(user.team).toEqualTypeOf<string>();
      return { owner: user.identity };
    })
    .on(["store:get", "store:put"], ({ value }) => value.namespace[0] === "ann")
    .on("*", () => false);
  expect(auth["~handlerCache"].authenticate).toBe(authenticate);
  expect(Object.keys(auth["~handlerCache"].callbacks ?? {})).toEqual(["threads:create", "store:get", "store:put", "*"]);
});

test("an HTTPException has the status, headers and message of an answer", () => {
  const exception = new HTTPException(403, { message: "no", headers: { "x-why": "because" } });
  expect(exception).toMatchObject({
    status: 403,
    message: "no",
    headers: { "x-why": "because" },
    name: "HTTPException",
  });
  expect(new HTTPException().status).toBe(401);
});
