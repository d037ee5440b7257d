import { importEngine, type LanggraphJson } from "@heddle/server";

/** From here on the user's files may be TypeScript, whether their package is of type "module" or not. Costs 17 MB. */
export async function loadTypeScript(
  config: LanggraphJson,
  onImport: ((url: string) => void) | undefined,
): Promise<void> {
  // Whatever is imported later passes the hooks, which are on another thread: the hundreds of files of an engine take twice as long.
  await importEngine(config.graphs, config.root);
  const { register: registerRequire } = await import("tsx/cjs/api");
  const { register: registerImport } = await import("tsx/esm/api");
  registerRequire();
  registerImport(onImport === undefined ? {} : { onImport });
}
