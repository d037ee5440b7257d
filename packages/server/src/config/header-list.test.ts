import { expect, test } from "vitest";
import { configurableHeaders, headerFilter, loggedHeaders } from "./header-list.ts";
import { webhookConfig, webhookHeaders } from "./webhook-config.ts";

const NAMES = ["x-tenant", "x-api-key", "x-tenant-id", "user-agent", "authorization", "cookie", "accept"];

test.each<[string, Parameters<typeof configurableHeaders>[0], string[]]>([
  ["by default graphs see x- headers without keys, and the user agent", undefined, ["x-tenant", "user-agent"]],
  ["a wildcard lets no credentials through", { includes: ["*"] }, ["x-tenant", "user-agent", "accept"]],
  ["credentials have to be named", { includes: ["authorization"] }, ["authorization"]],
  ["what is excluded stays excluded", { includes: ["x-*"], excludes: ["X-Ten*"] }, []],
])("%s", (_, list, expected) => {
  expect(NAMES.filter(headerFilter(configurableHeaders(list)))).toEqual(expected);
});

/** As a configuration names it. */
function variable(name: string): string {
  return `\${{ env.${name} }}`;
}

test("log lines have the headers that are named, and no credentials that are not", () => {
  expect(NAMES.filter(loggedHeaders(undefined))).toEqual([]);
  expect(NAMES.filter(loggedHeaders({ includes: ["*"] }))).toEqual(["x-tenant", "user-agent", "accept"]);
});

test("a pattern's dots are dots", () => {
  expect(headerFilter({ includes: ["x.y"] })("xzy")).toBe(false);
});

test("variables in the headers of webhooks are filled in, those with the prefix only", () => {
  const config = webhookConfig.parse({ headers: { authorization: `Bearer ${variable("LG_WEBHOOK_TOKEN")}`, x: "y" } });
  expect(webhookHeaders(config, { LG_WEBHOOK_TOKEN: "t" })).toEqual({ authorization: "Bearer t", x: "y" });
  expect(() => webhookHeaders(config, {})).toThrow("LG_WEBHOOK_TOKEN, which is not set");
  const other = webhookConfig.parse({ headers: { a: variable("AWS_SECRET") } });
  expect(() => webhookHeaders(other, { AWS_SECRET: "s" })).toThrow("only variables that begin with LG_WEBHOOK_");
});
