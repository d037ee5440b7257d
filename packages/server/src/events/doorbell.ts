/** One reader waits here until somebody rings, or its patience ends. */
export class Doorbell {
  #answer: (() => void) | undefined;

  ring(): void {
    this.#answer?.();
  }

  /** Whether it was rung. A ring while nobody waits is not remembered. */
  wait(patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(false), patienceMs);
      const finish = (wasRung: boolean) => {
        clearTimeout(timer);
        this.#answer = undefined;
        resolve(wasRung);
      };
      this.#answer = () => finish(true);
    });
  }
}
