import { lookup } from "node:dns";
import { type ClientRequest, request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPrivateAddress } from "./webhook-policy.ts";

export interface WebhookPost {
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
  mayReachPrivate: boolean;
}

/**
 * Sends a POST and resolves to the status of the answer. The address is checked when its name has been resolved, in the very
 * lookup the connection is made by: a name that changes its mind in between deceives nobody. Redirects are not followed.
 *
 * @throws Error when there is no answer in time, or the host is in the server's own network.
 */
export async function postWebhook({ url, headers, body, timeoutMs, mayReachPrivate }: WebhookPost): Promise<number> {
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  const options: RequestOptions = {
    method: "POST",
    headers: { ...headers, "content-length": Buffer.byteLength(body) },
    signal: AbortSignal.timeout(timeoutMs),
    ...(mayReachPrivate ? {} : { lookup: lookupPublic }),
  };
  // Of an address nothing is resolved, so no lookup would see it.
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  if (!mayReachPrivate && isIP(host) !== 0 && isPrivateAddress(host)) throw ownNetwork(host, host);
  return new Promise((resolve, reject) => {
    const request: ClientRequest = send(url, options, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const refused = addresses.find(({ address }) => isPrivateAddress(address));
    if (refused !== undefined) {
      return callback(ownNetwork(hostname, refused.address), []);
    }
    const [first] = addresses;
    if (options.all || first === undefined) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function ownNetwork(host: string, address: string): Error {
  return new Error(`${host} is ${address}, which is in the server's own network`);
}
