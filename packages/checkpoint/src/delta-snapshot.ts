/** The stored whole value of a delta channel; between two of them only writes are stored. */
export class DeltaSnapshot {
  readonly lg_name = "DeltaSnapshot";
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** Whether a stored channel value is a snapshot, made by any copy of this package. */
export function isDeltaSnapshot(value: unknown): value is DeltaSnapshot {
  return typeof value === "object" && value !== null && "lg_name" in value && value.lg_name === "DeltaSnapshot";
}
