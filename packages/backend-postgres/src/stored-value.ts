/** How a checkpoint holds a value: its text, or where the text is stored. Lists are stored without the closing bracket. */
export type StoredValue = string | [valueId: number, length: number, isList: 0 | 1];

/** Channel → value, of one checkpoint. */
export type StoredValues = Map<string, StoredValue>;

export function toStoredValues(json: string): StoredValues {
  const values: Record<string, StoredValue> = JSON.parse(json);
  return new Map(Object.entries(values));
}

/** The values that are stored apart, in their order. */
export function placesOf(values: StoredValues): [valueId: number, length: number, isList: 0 | 1][] {
  return [...values.values()].filter((value) => typeof value !== "string");
}
