import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { toError } from "../errors.ts";

/** What a configuration names by `./file.ts:export`. */
export interface ImportedExport {
  file: string;
  exportName: string;
  value: unknown;
}

/**
 * Imports what `./file.ts:export` names, relative to the folder of the configuration; a promise is awaited.
 *
 * @throws Error that says why it could not.
 */
export async function importExport(path: string, root: string): Promise<ImportedExport> {
  const { file, exportName } = locate(path, root);
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`importing it failed: ${firstFrames(toError(cause), file)}`, { cause });
  }
  const found = module[exportName] ?? (module.default as Record<string, unknown> | undefined)?.[exportName];
  if (found !== undefined) return { file, exportName, value: await found };
  const names = Object.keys(module).filter((name) => name !== "default" && name !== "module.exports");
  throw new Error(`it has no export "${exportName}"; it exports ${names.join(", ") || "nothing by name"}`);
}

function locate(path: string, root: string): { file: string; exportName: string } {
  const colon = path.lastIndexOf(":");
  if (colon <= 1) throw new Error(`"${path}" is not of the form ./file.ts:export`);
  const file = resolve(root, path.slice(0, colon));
  if (!existsSync(file)) throw new Error(`there is no file ${file} (looked from ${dirname(resolve(root, "x"))})`);
  return { file, exportName: path.slice(colon + 1) };
}

/** The message and the line of the user's code where it arose, which a stack of loader frames hides. */
function firstFrames(error: Error, file: string): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => line.includes(file)) ?? frames.find((line) => !line.includes("node:internal"));
  const position = /^.*?(\S+:\d+)\n/.exec(error.stack ?? "")?.[1];
  const where = own?.trim() ?? (position === undefined ? undefined : `at ${position}`);
  return `${error.name}: ${error.message}${where === undefined ? "" : ` (${where})`}`;
}
