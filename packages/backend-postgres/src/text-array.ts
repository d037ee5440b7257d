/** TEXT, as pg_type has it. */
const TEXT_OID = 25;
const HEADER_BYTES = 20;

/**
 * Texts as a parameter of type TEXT[], in the binary form of PostgreSQL's array_recv: neither side escapes anything. Long texts in
 * JSON cost PostgreSQL more than storing them, for it reads them character by character.
 */
export function toTextArray(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const array = Buffer.allocUnsafe(lengths.reduce((total, length) => total + 4 + length, HEADER_BYTES));
  array.writeInt32BE(texts.length === 0 ? 0 : 1, 0); // Dimensions.
  array.writeInt32BE(0, 4); // No nulls.
  array.writeInt32BE(TEXT_OID, 8);
  array.writeInt32BE(texts.length, 12);
  array.writeInt32BE(1, 16); // The first index.
  let at = HEADER_BYTES;
  for (const [index, text] of texts.entries()) {
    const length = lengths[index] as number;
    array.writeInt32BE(length, at);
    array.write(text, at + 4, length);
    at += 4 + length;
  }
  return texts.length === 0 ? array.subarray(0, 12) : array;
}
