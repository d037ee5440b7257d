import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, sep } from "node:path";

/** Editors write a file in several steps; one change is told this long after the last of them. */
const SETTLE_MS = 80;

/** Tells when one of a set of files changes. Folders are watched, since editors replace files by renaming. */
export class FileWatch {
  readonly #onChange: (file: string) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #files = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onChange: (file: string) => void) {
    this.#onChange = onChange;
  }

  /** Watches these files from now on; installed packages are left out. */
  setFiles(files: readonly string[]): void {
    this.#files = new Set(files.filter((file) => !file.includes(`${sep}node_modules${sep}`)));
    const folders = new Set([...this.#files].map((file) => dirname(file)));
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) {
      if (!this.#watchers.has(folder))
        this.#watchers.set(
          folder,
          watch(folder, (_, name) => this.#seen(folder, name)),
        );
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #seen(folder: string, name: string | null): void {
    const file = [...this.#files].find((known) => dirname(known) === folder && basename(known) === name);
    if (file === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onChange(file), SETTLE_MS);
  }
}
