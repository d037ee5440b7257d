/** Turns values into text and back. Synchronous: a hot path calls it once per changed channel. */
export interface Serializer {
  /** JSON text; messages, dates of the language and other known kinds are tagged so that `parse` revives them. */
  stringify(value: unknown): string;
  /** The value again: plain data and known kinds only, never a constructor that the text names. */
  parse(text: string): unknown;
}
