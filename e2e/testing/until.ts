/** Waits until a state is reached; fails with the name of the state when it is not in time. */
export async function until<T>(
  state: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${state}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
