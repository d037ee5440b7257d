import { join } from "node:path";
import type { StoreSettings } from "@heddle/backend";
import { importFrom } from "../graphs/user-modules.ts";
import { importExport } from "./import-export.ts";

export type Embeddings = NonNullable<StoreSettings["index"]>["embeddings"];

/** Provider → the package of the user's project and its class. */
const PROVIDERS: Readonly<Record<string, [packageName: string, className: string]>> = {
  openai: ["@langchain/openai", "OpenAIEmbeddings"],
  azure_openai: ["@langchain/openai", "AzureOpenAIEmbeddings"],
  cohere: ["@langchain/cohere", "CohereEmbeddings"],
  google_genai: ["@langchain/google-genai", "GoogleGenerativeAIEmbeddings"],
  mistralai: ["@langchain/mistralai", "MistralAIEmbeddings"],
  ollama: ["@langchain/ollama", "OllamaEmbeddings"],
  bedrock: ["@langchain/aws", "BedrockEmbeddings"],
};

/**
 * What `store.index.embed` names: `./file.ts:export`, a function of texts or an object like `Embeddings` of core; or
 * `provider:model`, made by the user's own copy of the provider's package.
 *
 * @throws Error that says what is wrong and what to do.
 */
export async function loadEmbeddings(embed: string, root: string): Promise<Embeddings> {
  try {
    return isPath(embed) ? toEmbeddings((await importExport(embed, root)).value) : await fromProvider(embed, root);
  } catch (cause) {
    throw new Error(`store.index.embed "${embed}" cannot be used: ${(cause as Error).message}`, { cause });
  }
}

function isPath(embed: string): boolean {
  return /^[./]/.test(embed) || /\.[cm]?[jt]sx?:/.test(embed);
}

function toEmbeddings(value: unknown): Embeddings {
  if (isEmbeddings(value)) return value;
  if (typeof value !== "function") {
    throw new Error("it is neither a function of texts nor an object with embedDocuments and embedQuery");
  }
  const embedDocuments = async (texts: string[]) => (await value(texts)) as number[][];
  return {
    embedDocuments,
    embedQuery: async (text) => {
      const [vector] = await embedDocuments([text]);
      if (vector === undefined) throw new Error("The embedding function of the store returned no vector for a query.");
      return vector;
    },
  };
}

function isEmbeddings(value: unknown): value is Embeddings {
  return typeof value === "object" && value !== null && "embedDocuments" in value && "embedQuery" in value;
}

async function fromProvider(embed: string, root: string): Promise<Embeddings> {
  const colon = embed.indexOf(":");
  const [provider, model] = [embed.slice(0, colon), embed.slice(colon + 1)];
  const known = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
  if (known === undefined) {
    const names = Object.keys(PROVIDERS).join(", ");
    throw new Error(`known providers are ${names}; for any other name a function of yours, as "./embed.ts:embed"`);
  }
  const [packageName, className] = known;
  const module = await importFrom(join(root, "langgraph.json"), packageName);
  if (module === undefined) {
    throw new Error(`it needs ${packageName}: npm install ${packageName}, or name a function, as "./embed.ts:embed"`);
  }
  const Provider = module[className];
  if (typeof Provider !== "function") throw new Error(`${packageName} has no ${className}; install a newer version`);
  return toEmbeddings(new (Provider as new (options: { model: string }) => unknown)({ model }));
}
