/** Keeps what was used last, up to a total weight. */
export class Recent<V> {
  readonly #entries = new Map<string, { value: V; weight: number }>();
  readonly #maxWeight: number;
  #weight = 0;

  constructor(maxWeight: number) {
    this.#maxWeight = maxWeight;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    // The order of a Map is that of insertion; the first entry is the one unused for longest.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: V, weight: number): void {
    this.delete(key);
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    // Not a loop over the keys: it would begin with all the holes that `get` has left.
    if (this.#weight > this.#maxWeight) this.#dropOldest();
  }

  #dropOldest(): void {
    for (const oldest of this.#entries.keys()) {
      this.delete(oldest);
      if (this.#weight <= this.#maxWeight) return;
    }
  }

  delete(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }
}
