import type { StoreSettings } from "@heddle/backend";
import { loadEmbeddings } from "./load-embeddings.ts";
import type { StoreConfig } from "./store-config.ts";

/** The settings of the store that a configuration file asks for; its embeddings are loaded from the project at `root`. */
export async function loadStoreSettings(config: StoreConfig | undefined, root: string): Promise<StoreSettings> {
  const { index, ttl } = config ?? {};
  const settings: StoreSettings = {};
  if (index !== undefined && index !== null) {
    const { dims, fields, embed } = index;
    settings.index = { dims, fields, embeddings: await loadEmbeddings(embed, root) };
  }
  if (ttl !== undefined && ttl !== null) {
    settings.ttl = { defaultMinutes: ttl.default_ttl ?? undefined, refreshOnRead: ttl.refresh_on_read };
  }
  return settings;
}
