import { BlockList, isIP } from "node:net";
import type { WebhookConfig } from "../config/webhook-config.ts";
import { ServerError } from "../errors.ts";

/** Which addresses webhooks may have. */
export type WebhookPolicy = WebhookConfig["url"] & { isOff: boolean };

/**
 * Checks the address a client gives. What a name resolves to is checked when it is called (see `isPrivateAddress`): a name may
 * resolve to something else by then.
 *
 * @throws ServerError `invalid_request` that says which rule it breaks.
 */
export function assertWebhook(address: string, policy: WebhookPolicy): void {
  const why = refusalOf(address, policy);
  if (why === undefined) return;
  throw new ServerError("invalid_request", `The webhook ${JSON.stringify(address.slice(0, 200))} is refused: ${why}`, {
    issues: [{ path: "webhook", message: why }],
  });
}

function refusalOf(address: string, policy: WebhookPolicy): string | undefined {
  if (policy.isOff) return "webhooks are switched off (http.disable_webhooks)";
  if (address.length > policy.max_url_length) return `it is longer than ${policy.max_url_length} characters`;
  if (isRelative(address)) {
    return policy.disable_loopback ? "relative addresses are switched off (webhooks.url.disable_loopback)" : undefined;
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return "it is neither http(s) nor a path of this server";
  if (policy.require_https && url.protocol !== "https:") return "it has to be https (webhooks.url.require_https)";
  if (url.username !== "" || url.password !== "") return "it has credentials; use webhooks.headers";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (policy.allowed_domains?.some((domain) => isOfDomain(host, domain)) === false) {
    return "its host is not among webhooks.url.allowed_domains";
  }
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  if (policy.allowed_ports?.includes(port) === false) return "its port is not among webhooks.url.allowed_ports";
  const isPrivate = isIP(host) === 0 ? /(^|\.)localhost\.?$/i.test(host) : isPrivateAddress(host);
  if (isPrivate && policy.allow_private_addresses !== true) {
    return "it is in the server's own network (webhooks.url.allow_private_addresses)";
  }
  return undefined;
}

/** A path of this server, which its own app answers. `//host` is none. */
export function isRelative(address: string): boolean {
  return /^\/(?![/\\])/.test(address);
}

function isOfDomain(host: string, domain: string): boolean {
  const [wanted, actual] = [domain.toLowerCase(), host.toLowerCase()];
  return wanted.startsWith("*.") ? actual.endsWith(wanted.slice(1)) : actual === wanted;
}

/** The address blocks that are not of the public internet (IANA special-purpose registries, RFC 6890), metadata services among them. */
const PRIVATE = {
  ipv4: toBlockList("ipv4", [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ]),
  ipv6: toBlockList("ipv6", [
    ["::", 128],
    ["::1", 128],
    // Addresses of IPv4 in disguise reach what the disguised ones reach.
    ["::ffff:0:0", 96],
    ["64:ff9b::", 96],
    ["64:ff9b:1::", 48],
    ["100::", 64],
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["fc00::", 7],
    ["fe80::", 10],
    ["ff00::", 8],
  ]),
};

function toBlockList(family: "ipv4" | "ipv6", blocks: readonly [address: string, bits: number][]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of blocks) list.addSubnet(address, bits, family);
  return list;
}

export function isPrivateAddress(address: string): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  return PRIVATE[family].check(address, family);
}
