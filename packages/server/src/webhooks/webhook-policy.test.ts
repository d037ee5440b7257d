import { describe, expect, test } from "vitest";
import { webhookConfig } from "../config/webhook-config.ts";
import { assertWebhook, isPrivateAddress, isRelative, type WebhookPolicy } from "./webhook-policy.ts";

function policy(url: object = {}, isOff = false): WebhookPolicy {
  return { ...webhookConfig.parse({ url }).url, isOff };
}

describe("assertWebhook", () => {
  test.each<[string, object?]>([
    ["https://example.com/hook"],
    ["http://example.com:8080/hook?x=1"],
    ["/custom/hook"],
    ["https://93.184.216.34/"],
    ["https://a.example.com/", { allowed_domains: ["*.example.com"] }],
    ["https://EXAMPLE.com/", { allowed_domains: ["example.com"] }],
    ["https://example.com/", { allowed_ports: [443] }],
    ["http://127.0.0.1:9/", { allow_private_addresses: true }],
  ])("%s may be called (%j)", (address, url) => {
    expect(() => assertWebhook(address, policy(url))).not.toThrow();
  });

  test.each<[string, RegExp, object?]>([
    ["ftp://example.com/", /neither http/],
    ["//example.com/x", /neither http/],
    ["/\\example.com/x", /neither http/],
    ["javascript:alert(1)", /neither http/],
    ["file:///etc/passwd", /neither http/],
    ["nonsense", /neither http/],
    ["https://user:secret@example.com/", /credentials/],
    ["http://localhost/", /own network/],
    ["http://api.localhost./", /own network/],
    ["http://127.0.0.1/", /own network/],
    ["http://127.1/", /own network/],
    ["http://2130706433/", /own network/],
    ["http://0x7f000001/", /own network/],
    ["http://[::1]/", /own network/],
    ["http://[::ffff:127.0.0.1]/", /own network/],
    ["http://169.254.169.254/latest/meta-data", /own network/],
    ["http://10.0.0.1/", /own network/],
    ["http://[fd00::1]/", /own network/],
    ["http://example.com/", /https/, { require_https: true }],
    ["https://example.com/", /allowed_domains/, { allowed_domains: ["*.example.com"] }],
    ["https://evilexample.com/", /allowed_domains/, { allowed_domains: ["*.example.com", "example.com"] }],
    ["https://example.com:8443/", /allowed_ports/, { allowed_ports: [443] }],
    ["https://example.com/long", /longer than 10/, { max_url_length: 10 }],
    ["/custom/hook", /disable_loopback/, { disable_loopback: true }],
  ])("%s may not", (address, message, url) => {
    expect(() => assertWebhook(address, policy(url))).toThrow(message);
  });

  test("none may when webhooks are switched off", () => {
    expect(() => assertWebhook("https://example.com/", policy({}, true))).toThrow("switched off");
  });
});

test("addresses of own networks are known, in each of their spellings", () => {
  const own = ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "::1"];
  const disguised = ["::ffff:10.0.0.1", "64:ff9b::a00:1", "fe80::1", "fc00::1", "::"];
  expect([...own, ...disguised].filter((address) => !isPrivateAddress(address))).toEqual([]);
  expect(["93.184.216.34", "8.8.8.8", "2606:4700::1111"].filter(isPrivateAddress)).toEqual([]);
});

test("a path is relative, a host without scheme is not", () => {
  expect([isRelative("/a"), isRelative("//a"), isRelative("/\\a"), isRelative("a")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
