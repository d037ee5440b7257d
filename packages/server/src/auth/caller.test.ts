import { describe, expect, test } from "vitest";
import type { AuthEvent } from "./auth-event.ts";
import { type AuthHandler, toAuthHooks } from "./auth-hooks.ts";
import { toAuthUser } from "./auth-user.ts";
import { type Caller, knownCaller, type WithoutHandler } from "./caller.ts";

const ANN = toAuthUser({ identity: "ann", permissions: ["read"] });

function caller(handlers: Record<string, AuthHandler> = {}, withoutHandler: WithoutHandler = "deny"): Caller {
  return knownCaller(ANN, { handlers: new Map(Object.entries(handlers)), withoutHandler });
}

describe("authorize", () => {
  test("asks one handler only, the most specific one", async () => {
    const asked: string[] = [];
    const handlers = ["threads:read", "threads", "*:read", "*"].map(
      (key) => [key, () => void asked.push(key)] as [string, AuthHandler],
    );
    for (const from of [0, 1, 2, 3]) {
      await caller(Object.fromEntries(handlers.slice(from))).authorize("threads:read", {});
    }
    expect(asked).toEqual(["threads:read", "threads", "*:read", "*"]);
  });

  test("tells the handler what is asked by whom, and hands on what it changes", async () => {
    let seen: unknown;
    const { value, access } = await caller({
      "threads:create": (call) => {
        seen = { ...call, value: { ...call.value } };
        call.value.metadata = { owner: call.user.identity };
        return { owner: "ann" };
      },
    }).authorize("threads:create", { thread_id: "t", metadata: {} });
    const asked = { thread_id: "t", metadata: {} };
    expect(seen).toEqual({
      event: "threads:create",
      resource: "threads",
      action: "create",
      value: asked,
      permissions: ["read"],
      user: ANN,
    });
    expect(value).toEqual({ thread_id: "t", metadata: { owner: "ann" } });
    expect(access).toEqual({ type: "equals", key: "owner", value: "ann" });
  });

  test.each([[undefined], [null], [true], [{}]])("%j lets everything through", async (result) => {
    expect((await caller({ "*": () => result }).authorize("threads:read", {})).access).toBeUndefined();
  });

  test("false refuses", async () => {
    await expect(caller({ "*": () => false }).authorize("store:put", {})).rejects.toMatchObject({ code: "forbidden" });
  });

  test.each([["yes"], [1], [["a"]]])("%j is a mistake of the handler, and lets nobody through", async (result) => {
    await expect(caller({ "*": () => result }).authorize("threads:read", {})).rejects.toThrow("invalid result");
  });

  test("what has no handler is refused, and the message says the cure", async () => {
    await expect(caller({ threads: () => true }).authorize("store:get", {})).rejects.toThrow(
      'Not authorized: there is no auth handler for "store:get"; add one, or set auth.without_handler',
    );
  });

  test("what has no handler is allowed where the configuration says so", async () => {
    expect(await caller({}, "allow").authorize("store:get", { key: "k" })).toEqual({ value: { key: "k" } });
  });
});

describe("ownership", () => {
  const own = caller({}, "own");
  const owner = { type: "equals", key: "owner", value: "ann" };

  test.each<[AuthEvent]>([["threads:create"], ["threads:create_run"], ["assistants:create"], ["crons:create"]])(
    "%s makes the caller the owner, whatever it says itself",
    async (event) => {
      const asked = { metadata: { owner: "bob", created_by: "system", topic: "t" } };
      const { value, access } = await own.authorize(event, asked);
      expect(value.metadata).toEqual({ owner: "ann", topic: "t" });
      expect(access).toEqual(owner);
    },
  );

  test("nobody gives a resource away", async () => {
    const { value } = await own.authorize("threads:update", { metadata: { owner: "bob" } });
    expect(value.metadata).toEqual({ owner: "ann" });
  });

  test("default assistants are everybody's to read", async () => {
    expect((await own.authorize("assistants:read", {})).access).toEqual({
      type: "any",
      filters: [owner, { type: "equals", key: "created_by", value: "system" }],
    });
    expect((await own.authorize("assistants:update", {})).access).toEqual(owner);
  });

  test("everybody has the namespaces that begin with their identity", async () => {
    expect((await own.authorize("store:search", { namespace: [] })).value.namespace).toEqual(["ann"]);
    expect((await own.authorize("store:put", { namespace: ["ann", "x"] })).value.namespace).toEqual(["ann", "x"]);
    for (const namespace of [["bob"], ["*"], []]) {
      await expect(own.authorize("store:get", { namespace })).rejects.toMatchObject({ code: "forbidden" });
    }
  });
});

describe("an Auth of an SDK", () => {
  test("is known by its shape; what its handlers throw as HTTPException is their answer", async () => {
    const hooks = toAuthHooks({
      "~handlerCache": {
        authenticate: async () => {
          throw Object.assign(new Error("no"), { status: 403, headers: { "x-why": "because" } });
        },
        callbacks: { "threads:read": () => false },
      },
    });
    expect([...hooks.handlers.keys()]).toEqual(["threads:read"]);
    await expect(hooks.authenticate?.(new Request("http://x"))).rejects.toMatchObject({
      name: "Refusal",
      status: 403,
      headers: { "x-why": "because" },
    });
  });

  test("anything else is refused", () => {
    for (const wrong of [undefined, null, "auth", {}, { "~handlerCache": 1 }]) {
      expect(() => toAuthHooks(wrong)).toThrow("it is not an instance of Auth");
    }
  });
});

describe("toAuthUser", () => {
  test("an identity is enough; fields of the handler's own are kept", () => {
    const user = { identity: "a", display_name: "a", permissions: [], is_authenticated: true };
    expect(toAuthUser("a")).toEqual(user);
    expect(toAuthUser({ identity: "a", org: 7 })).toEqual({ ...user, org: 7 });
  });

  test.each([[undefined], [null], [""], [{}], [{ identity: 1 }], [{ identity: "" }]])("%j is nobody", (returned) => {
    expect(() => toAuthUser(returned)).toThrow("has to return an identity");
  });
});
