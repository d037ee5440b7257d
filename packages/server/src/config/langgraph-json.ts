import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseEnv } from "node:util";
import { MISSED_FIRES, type MissedFires } from "@heddle/protocol";
import { z } from "zod";
import type { GraphSource } from "../graphs/load-graph.ts";
import { type AuthConfig, authConfig } from "./auth-config.ts";
import { checkpointerConfig, type ThreadLifetimes, toThreadLifetimes } from "./checkpointer-config.ts";
import { closestWord } from "./closest-word.ts";
import { type HttpConfig, httpConfig } from "./http-config.ts";
import { type StoreConfig, storeConfig } from "./store-config.ts";
import { unknownKeys } from "./unknown-keys.ts";
import { type WebhookConfig, webhookConfig } from "./webhook-config.ts";

/** A key that has no effect, and why. */
export interface ConfigWarning {
  key: string;
  message: string;
}

/** A configuration file, read and checked. */
export interface LanggraphJson {
  file: string;
  /** The folder that holds it; all its paths are relative to this. */
  root: string;
  graphs: GraphSource[];
  /** From `env`: what is to be set where the environment does not set it already. */
  env: Record<string, string>;
  /** From `checkpointer.ttl`. */
  threads: ThreadLifetimes | undefined;
  /** From `crons.missed_fires`, a key of ours. */
  missedFires: MissedFires | undefined;
  auth: AuthConfig | undefined;
  http: HttpConfig;
  store: StoreConfig | undefined;
  webhooks: WebhookConfig;
  /** The keys that took effect. */
  usedKeys: string[];
  warnings: ConfigWarning[];
}

/** What of `langgraph.json` this server acts on. */
const schema = z.object({
  graphs: z.record(
    z.string(),
    z.union([z.string(), z.object({ path: z.string(), description: z.string().nullish() })]),
  ),
  env: z
    .union([z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), z.array(z.string())])
    .optional(),
  auth: authConfig.optional(),
  checkpointer: checkpointerConfig.optional(),
  crons: z.object({ missed_fires: z.enum(MISSED_FIRES) }).optional(),
  http: httpConfig.prefault({}),
  store: storeConfig.optional(),
  webhooks: webhookConfig.prefault({}),
});

/** Keys of the official tools that do not concern a server which runs from the project's folder. */
const BUILD_KEYS = [
  "dependencies",
  "node_version",
  "python_version",
  "node_loader",
  "api_version",
  "base_image",
  "image_distro",
  "dockerfile_lines",
  "docker_compose_file",
  "pip_config_file",
  "pip_installer",
  "source",
  "keep_pkg_tools",
  "$schema",
];

/** Keys of the official tools that this server does not act on yet. */
const UNSUPPORTED_KEYS = ["disable_persistence", "encryption", "ui", "ui_config"];

/**
 * Reads a configuration file. Paths in it are relative to its folder.
 *
 * @throws Error that names the file and what is wrong with it.
 */
export function readLanggraphJson(path: string): LanggraphJson {
  const file = resolve(path);
  const root = dirname(file);
  const value = parseFile(file);
  const { graphs, env, auth, checkpointer, crons, http, store, webhooks } = checkConfig(value, file);
  return {
    file,
    root,
    graphs: Object.entries(graphs).map(([graphId, source]) =>
      typeof source === "string"
        ? { graphId, from: source }
        : { graphId, from: source.path, description: source.description ?? undefined },
    ),
    env: readEnv(env, root),
    threads: toThreadLifetimes(checkpointer),
    missedFires: crons?.missed_fires,
    auth,
    http,
    store,
    webhooks,
    usedKeys: Object.keys(value).filter((key) => key in schema.shape),
    warnings: unknownKeys(schema, value).flatMap(warn),
  };
}

/**
 * The parts of a configuration that a program gives as a value, checked. It has nobody who reads warnings, so unknown keys are
 * refused.
 *
 * @throws Error that says what is wrong with which key of `name`.
 */
export function parseConfig(
  value: Record<string, unknown>,
  name: string,
): Pick<LanggraphJson, "auth" | "http" | "webhooks"> {
  const { auth, http, webhooks } = checkConfig(value, name);
  const [warning] = unknownKeys(schema, value).flatMap(warn);
  if (warning !== undefined) throw new Error(`${name}: ${warning.message}`);
  return { auth, http, webhooks };
}

function checkConfig(value: Record<string, unknown>, name: string): z.output<typeof schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join(".") || "(root)"}: ${issue.message}`);
  throw new Error(`${name}: not a valid configuration: ${issues.join("; ")}`);
}

function parseFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`There is no configuration file ${file}; give one with --config`, { cause });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
  throw new Error(`${file} has to hold a JSON object`);
}

function readEnv(env: z.infer<typeof schema>["env"], root: string): Record<string, string> {
  if (env === undefined || Array.isArray(env)) return {};
  if (typeof env !== "string")
    return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)]));
  const file = resolve(root, env);
  try {
    return parseEnv(readFileSync(file, "utf8")) as Record<string, string>;
  } catch (cause) {
    throw new Error(`The env file ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Flags of the official server for parts which this one does not have. */
const ABSENT_PARTS = ["http.disable_mcp", "http.disable_a2a", "http.disable_ui", "auth.allow_langsmith_api_keys"];

function warn({ path: key, known }: { path: string; known: string[] }): ConfigWarning[] {
  if (BUILD_KEYS.includes(key) || ABSENT_PARTS.includes(key)) return [];
  if (UNSUPPORTED_KEYS.includes(key))
    return [{ key, message: `"${key}" has no effect: this server does not support it yet` }];
  const others = key.includes(".") ? [] : [...BUILD_KEYS, ...UNSUPPORTED_KEYS];
  const nearest = closestWord(key.slice(key.lastIndexOf(".") + 1), [...known, ...others]);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return [{ key, message: `unknown key "${key}" has no effect${hint}` }];
}
