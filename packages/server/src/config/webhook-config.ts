import { z } from "zod";

/** `webhooks` of langgraph.json. */
export const webhookConfig = z.object({
  /** The variables that `headers` may name begin with this. */
  env_prefix: z.string().default("LG_WEBHOOK_"),
  /** Sent with every delivery; `${{ env.NAME }}` is replaced by the variable at start. */
  headers: z.record(z.string(), z.string()).default({}),
  url: z
    .object({
      require_https: z.boolean().default(false),
      /** `example.com`, or `*.example.com` for its subdomains only. */
      allowed_domains: z.array(z.string()).optional(),
      allowed_ports: z.array(z.number().int()).optional(),
      max_url_length: z.number().int().positive().default(2048),
      /** No relative addresses, which call routes of this server. */
      disable_loopback: z.boolean().default(false),
      /** Ours: webhooks may reach hosts of the own network. */
      allow_private_addresses: z.boolean().optional(),
    })
    .prefault({}),
});

export type WebhookConfig = z.output<typeof webhookConfig>;

const TEMPLATE = /\$\{\{\s*env\.(\w+)\s*\}\}/g;

/**
 * The headers with their variables filled in.
 *
 * @throws Error that names a variable which is missing, or which webhooks may not see.
 */
export function webhookHeaders(
  { headers, env_prefix }: WebhookConfig,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const fill = (_: string, name: string): string => {
    if (!name.startsWith(env_prefix)) {
      throw new Error(`webhooks.headers names ${name}; only variables that begin with ${env_prefix} may be sent`);
    }
    const value = env[name];
    if (value === undefined) throw new Error(`webhooks.headers names ${name}, which is not set`);
    return value;
  };
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace(TEMPLATE, fill)]));
}
