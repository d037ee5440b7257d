import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openSqliteBackend } from "@heddle/backend-sqlite";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiKeyAuthenticator, newApiKey } from "./api-key.ts";
import { createAuthentication } from "./authentication.ts";
import { jwtAuthenticator } from "./jwt.ts";
import { rememberUsers } from "./user-cache.ts";

function request(headers: Record<string, string> = {}): Request {
  return new Request("http://localhost/threads", { headers });
}

describe("API keys", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const asked = { identity: "ann", name: "laptop", permissions: ["read"], expiresAt: null };

  test("a key says who comes with it, in either header; its text is nowhere kept", async () => {
    await using backend = await openSqliteBackend({ file: ":memory:" });
    const { text, record } = newApiKey(asked, now.toISOString());
    await backend.apiKeys.create(record);
    const authenticate = apiKeyAuthenticator(backend.apiKeys, () => now);
    const user = { identity: "ann", display_name: "laptop", permissions: ["read"] };
    expect(await authenticate(request({ "x-api-key": text }))).toMatchObject(user);
    expect(await authenticate(request({ authorization: `Bearer ${text}` }))).toMatchObject(user);
    expect(await authenticate(request())).toBeUndefined();
    expect(JSON.stringify(await backend.apiKeys.list())).not.toContain(text);
  });

  test("unknown, revoked and expired keys are refused", async () => {
    await using backend = await openSqliteBackend({ file: ":memory:" });
    const authenticate = apiKeyAuthenticator(backend.apiKeys, () => now);
    const revoked = newApiKey(asked, now.toISOString());
    const expired = newApiKey({ ...asked, expiresAt: now.toISOString() }, now.toISOString());
    for (const { record } of [revoked, expired]) await backend.apiKeys.create(record);
    await backend.apiKeys.revoke(revoked.record.keyId, now.toISOString());
    for (const key of ["hdl_unknown", revoked.text, expired.text]) {
      await expect(authenticate(request({ "x-api-key": key }))).rejects.toMatchObject({ code: "unauthorized" });
    }
  });
});

describe("tokens of an issuer", () => {
  let issuer: string;
  let server: Server;
  let sign: (claims: JWTPayload, key?: CryptoKey) => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" };
    server = createServer((incoming, response) => {
      const isKeys = incoming.url === "/keys";
      response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    sign = (claims, key = privateKey) =>
      new SignJWT({ iss: issuer, aud: "heddle", sub: "ann", exp: Math.floor(Date.now() / 1000) + 60, ...claims })
        .setProtectedHeader({ alg: "ES256", kid: "k1" })
        .sign(key);
  });
  afterAll(() => server.close());

  test("a token that its issuer has signed says who sends the request", async () => {
    const authenticate = jwtAuthenticator({ issuer, audience: "heddle", identityClaim: "sub" });
    const token = await sign({ scope: "read write", name: "Ann" });
    expect(await authenticate(request({ authorization: `Bearer ${token}` }))).toMatchObject({
      identity: "ann",
      display_name: "Ann",
      permissions: ["read", "write"],
    });
    expect(await authenticate(request())).toBeUndefined();
    expect(await authenticate(request({ authorization: "Bearer hdl_key" }))).toBeUndefined();
  });

  test.each<[string, () => Promise<string>]>([
    ["of another issuer", () => sign({ iss: "https://evil.example" })],
    ["for somebody else", () => sign({ aud: "another" })],
    ["that has expired", () => sign({ exp: 1 })],
    ["that never expires", () => sign({ exp: undefined as never })],
    ["that another key has signed", async () => sign({}, (await generateKeyPair("ES256")).privateKey)],
    ["that a shared secret has signed", () => hs256(issuer)],
    ["that nobody has signed", () => unsigned(issuer)],
    ["without the claim that says who", () => sign({ sub: undefined as never })],
  ])("a token %s is refused", async (_, make) => {
    const authenticate = jwtAuthenticator({ issuer, audience: "heddle", identityClaim: "sub" });
    const authorization = `Bearer ${await make()}`;
    await expect(authenticate(request({ authorization }))).rejects.toMatchObject({ code: "unauthorized" });
  });
});

function hs256(issuer: string): Promise<string> {
  return new SignJWT({ iss: issuer, aud: "heddle", sub: "ann", exp: 9e9 })
    .setProtectedHeader({ alg: "HS256", kid: "k1" })
    .sign(Buffer.from("secret".repeat(10)));
}

async function unsigned(issuer: string): Promise<string> {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${encode({ alg: "none" })}.${encode({ iss: issuer, aud: "heddle", sub: "ann", exp: 9e9 })}.`;
}

describe("createAuthentication", () => {
  const rules = { withoutHandler: "allow" } as const;

  test("a request that says nothing is refused", async () => {
    const auth = createAuthentication({ ...rules, authenticators: [async () => undefined] });
    await expect(auth.identify(request())).rejects.toMatchObject({ code: "unauthorized" });
  });

  test("there has to be one way to know somebody, and not two", () => {
    expect(() => createAuthentication({ ...rules, authenticators: [] })).toThrow("no way to tell");
    const hooks = { authenticate: async () => "a", handlers: new Map() };
    expect(() => createAuthentication({ ...rules, hooks, authenticators: [async () => undefined] })).toThrow(
      "choose one",
    );
  });
});

test("a user is remembered by the headers that were named, for a time", async () => {
  let nowMs = 0;
  let asked = 0;
  const find = async () => ({ identity: String(++asked), display_name: "", permissions: [], is_authenticated: true });
  const options = { headers: ["authorization"], ttlMs: 1000, maxSize: 1 };
  const remembered = rememberUsers(find, options, () => nowMs);
  const [a, b] = [request({ authorization: "a" }), request({ authorization: "b" })];
  expect((await remembered(a)).identity).toBe("1");
  expect((await remembered(a)).identity).toBe("1");
  expect((await remembered(request({ other: "x" }))).identity).toBe("2");
  nowMs = 1000;
  expect((await remembered(a)).identity).toBe("3");
  expect((await remembered(b)).identity).toBe("4");
  expect((await remembered(a)).identity).toBe("5");
});
