import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";

const PLACE = resolve(import.meta.dirname, "../.tmp");

export interface TempFolder extends AsyncDisposable {
  path: string;
}

/** A folder inside e2e, so that graphs in it find the packages that e2e has installed. */
export async function tempFolder(): Promise<TempFolder> {
  await mkdir(PLACE, { recursive: true });
  const path = await mkdtemp(join(PLACE, "t-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
