import { existsSync } from "node:fs";
import { join } from "node:path";

/** Waits until the test opens the gate, a file `open` in this folder. */
export async function gate(folder: string, signal: AbortSignal | undefined): Promise<void> {
  while (!existsSync(join(folder, "open"))) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
