import { BaseStore, type Operation, type OperationResults } from "./base-store.ts";

interface Waiting {
  operation: Operation;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Joins the operations of one turn of the event loop into one batch of the wrapped store. It has no timer: the first
 * operation schedules the batch, so an idle store costs nothing.
 */
export class AsyncBatchedStore extends BaseStore {
  readonly lg_name = "AsyncBatchedStore";
  protected store: BaseStore;
  #waiting: Waiting[] = [];

  constructor(store: BaseStore) {
    super();
    this.store = store;
  }

  /** Always ready: kept because upstream's class has it. */
  get isRunning(): boolean {
    return true;
  }

  async batch<Op extends readonly Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const results = await Promise.all(operations.map((operation) => this.#enqueue(operation)));
    return results as OperationResults<Op>;
  }

  #enqueue(operation: Operation): Promise<unknown> {
    if (this.#waiting.length === 0) setTimeout(() => this.#flush(), 0);
    return new Promise((resolve, reject) => this.#waiting.push({ operation, resolve, reject }));
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const results: readonly unknown[] = await this.store.batch(waiting.map(({ operation }) => operation));
      waiting.forEach(({ resolve }, i) => {
        resolve(results[i]);
      });
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  /** A store may sit in a config that is written as JSON. */
  toJSON(): object {
    return { store: "[LangGraphStore]" };
  }
}
