import { resolve } from "node:path";
import type { ApiKeyRecord, ApiKeys } from "@heddle/backend";
import { newApiKey } from "@heddle/server";
import { databaseAddress } from "../database-address.ts";
import { type FlagSpecs, type Flags, parseFlags, UsageError } from "../flags.ts";
import { openPostgres } from "../open-backend.ts";

const FLAGS = {
  identity: { type: "string", help: "WHO  create: who comes with the key" },
  name: { type: "string", help: "TEXT  create: what the key is for" },
  permissions: { type: "string", help: "A,B  create: what handlers see as its permissions" },
  "expires-in": { type: "string", help: "DAYS  create: when it ends (never)" },
  config: { type: "string", short: "c", help: "FILE  the configuration file (langgraph.json)" },
  "data-dir": { type: "string", help: "FOLDER  where heddle.db lies (.heddle beside the configuration file)" },
  database: { type: "string", help: "ADDRESS  postgres://… or sqlite:FILE (the variable DATABASE_URI, or heddle.db)" },
  help: { type: "boolean", help: "this list" },
} as const satisfies FlagSpecs;

type KeyFlags = Flags<typeof FLAGS>;

const ACTIONS: Record<string, (keys: ApiKeys, flags: KeyFlags, argument: string | undefined) => Promise<string>> = {
  create: createKey,
  list: listKeys,
  revoke: revokeKey,
};

/** `heddle keys create|list|revoke`: the API keys of a server whose configuration has `auth.api_keys`, which may be running. */
export const keysCommand = {
  summary: "makes, lists and revokes API keys (create --identity WHO, list, revoke ID)",
  flags: FLAGS,
  async run(args: readonly string[]): Promise<number> {
    const [action = "", ...rest] = args;
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (act === undefined) throw new UsageError(`heddle keys is followed by ${Object.keys(ACTIONS).join(", ")}`);
    const argument = rest[0]?.startsWith("-") === false ? rest[0] : undefined;
    const flags = parseFlags(`keys ${action}`, FLAGS, argument === undefined ? rest : rest.slice(1));
    await using keys = await openKeys(flags);
    process.stdout.write(`${await act(keys, flags, argument)}\n`);
    return 0;
  },
};

async function openKeys(flags: KeyFlags): Promise<ApiKeys & AsyncDisposable> {
  const dataDir = flags["data-dir"];
  const database = flags.database ?? (dataDir === undefined ? process.env.DATABASE_URI : undefined);
  const root = resolve(flags.config ?? "langgraph.json", "..");
  const address = databaseAddress(database, dataDir, root);
  if (address.kind === "postgres") {
    const backend = await openPostgres({ ...address, listen: false });
    return Object.assign(backend.apiKeys, { [Symbol.asyncDispose]: () => backend.close() });
  }
  const { openSqliteApiKeys } = await import("@heddle/backend-sqlite");
  return openSqliteApiKeys({ file: address.file });
}

async function createKey(keys: ApiKeys, flags: KeyFlags): Promise<string> {
  const { identity, name = "", permissions = "" } = flags;
  if (identity === undefined || identity === "") throw new UsageError("heddle keys create needs --identity");
  const now = new Date();
  const { text, record } = newApiKey(
    {
      identity,
      name,
      permissions: permissions
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean),
      expiresAt: expiry(flags["expires-in"], now),
    },
    now.toISOString(),
  );
  await keys.create(record);
  return `${text}\n\nThis is key ${record.keyId} of ${identity}. It is shown this once: a hash of it is all that is kept.`;
}

function expiry(days: string | undefined, now: Date): string | null {
  if (days === undefined) return null;
  const count = Number(days);
  if (!(count > 0)) throw new UsageError(`--expires-in has to be a number of days, not "${days}"`);
  return new Date(now.getTime() + count * 86_400_000).toISOString();
}

async function listKeys(keys: ApiKeys): Promise<string> {
  const all = await keys.list();
  if (all.length === 0) return "There are no API keys.";
  return all.map(toLine).join("\n");
}

function toLine({ keyId, identity, name, hint, createdAt, expiresAt, revokedAt }: ApiKeyRecord): string {
  const state = revokedAt !== null ? `revoked ${revokedAt}` : expiresAt !== null ? `until ${expiresAt}` : "valid";
  return [keyId, `…${hint}`, identity, name || "-", createdAt, state].join("  ");
}

async function revokeKey(keys: ApiKeys, _: KeyFlags, keyId: string | undefined): Promise<string> {
  if (keyId === undefined) throw new UsageError("heddle keys revoke is followed by the id of a key (heddle keys list)");
  if (await keys.revoke(keyId, new Date().toISOString())) return `Key ${keyId} is revoked.`;
  throw new Error(`There is no key ${keyId} that could be revoked; heddle keys list shows them`);
}
