import type { BaseChatModel } from "@langchain/core/language_models/chat_models";

export const MODEL_NAMES = ["openai", "anthropic", "offline"] as const;

type ModelName = (typeof MODEL_NAMES)[number];
/** A chat model that can be told of tools. */
type Model = BaseChatModel & Required<Pick<BaseChatModel, "bindTools">>;
type Environment = Record<string, string | undefined>;

/**
 * The chat model of this name; without a name the one whose key is set, and without a key the offline one. The package of a
 * provider is loaded when the first run asks for it: a start that needs none stays quick and small.
 */
export async function loadModel(name: string | undefined, environment: Environment): Promise<Model> {
  switch (toModelName(name ?? defaultModelName(environment))) {
    case "openai":
      return loadOpenAI(environment);
    case "anthropic":
      return loadAnthropic(environment);
    case "offline": {
      const { OfflineModel } = await import("./offline-model.ts");
      return new OfflineModel();
    }
  }
}

export function defaultModelName(environment: Environment): ModelName {
  if (environment.OPENAI_API_KEY) return "openai";
  return environment.ANTHROPIC_API_KEY ? "anthropic" : "offline";
}

function toModelName(name: string): ModelName {
  const known = MODEL_NAMES.find((model) => model === name);
  if (known === undefined) throw new Error(`Unknown model_name "${name}"; choose one of ${MODEL_NAMES.join(", ")}.`);
  return known;
}

async function loadOpenAI(environment: Environment): Promise<Model> {
  const apiKey = keyIn(environment, "OPENAI_API_KEY", "openai");
  const { ChatOpenAI } = await import("@langchain/openai");
  const baseURL = environment.OPENAI_BASE_URL;
  return new ChatOpenAI({
    apiKey,
    model: environment.OPENAI_MODEL ?? "gpt-4o-mini",
    maxRetries: 2,
    ...(baseURL ? { configuration: { baseURL } } : {}),
  });
}

async function loadAnthropic(environment: Environment): Promise<Model> {
  const apiKey = keyIn(environment, "ANTHROPIC_API_KEY", "anthropic");
  const { ChatAnthropic } = await import("@langchain/anthropic");
  const anthropicApiUrl = environment.ANTHROPIC_BASE_URL;
  return new ChatAnthropic({
    apiKey,
    model: environment.ANTHROPIC_MODEL ?? "claude-haiku-4-5",
    maxRetries: 2,
    ...(anthropicApiUrl ? { anthropicApiUrl } : {}),
  });
}

function keyIn(environment: Environment, variable: string, name: ModelName): string {
  const key = environment[variable];
  if (!key) throw new Error(`The model "${name}" needs a key: set ${variable}, or choose model_name "offline".`);
  return key;
}
