import { sha1 } from "./sha1.ts";

const encoder = new TextEncoder();
/** Letter codes of the 16 digits. */
const DIGITS: readonly number[] = Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
const DASH = "-".charCodeAt(0);

/** The UUID of `name` within `namespace` (itself a UUID, as text): equal inputs give equal ids. RFC 9562 version 5. */
export function uuid5(name: string, namespace: string): string {
  return uuid5Within(namespace)(name);
}

/** `uuid5` for many names within one namespace, which is read once. */
export function uuid5Within(namespace: string): (name: string) => string {
  const prefix = bytesOf(namespace);
  return (name) => {
    const id = sha1(joined(prefix, name)).subarray(0, 16);
    id[6] = ((id[6] ?? 0) & 0x0f) | 0x50;
    id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
    return formatUuid(id);
  };
}

function bytesOf(uuid: string): Uint8Array {
  const bytes = new Uint8Array(16);
  let digits = 0;
  for (let i = 0; i < uuid.length; i++) {
    const code = uuid.charCodeAt(i);
    if (code === DASH) continue;
    // Letters of either case; the digits of a byte are put together one by one.
    const digit = code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
    bytes[digits >> 1] = ((bytes[digits >> 1] ?? 0) << 4) | digit;
    digits++;
  }
  return bytes;
}

/** Names are nearly always ASCII: one byte per letter, without an encoder. */
function joined(prefix: Uint8Array, name: string): Uint8Array {
  const bytes = new Uint8Array(16 + name.length);
  bytes.set(prefix);
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code > 0x7f) return withEncoder(prefix, name);
    bytes[16 + i] = code;
  }
  return bytes;
}

function withEncoder(prefix: Uint8Array, name: string): Uint8Array {
  const encoded = encoder.encode(name);
  const bytes = new Uint8Array(16 + encoded.length);
  bytes.set(prefix);
  bytes.set(encoded, 16);
  return bytes;
}

/** Sixteen bytes as the usual text with four dashes; made in one piece, which is kept with less than one that grew. */
export function formatUuid(bytes: Uint8Array): string {
  const codes = new Array<number>(36);
  let length = 0;
  for (let i = 0; i < 16; i++) {
    const byte = bytes[i] ?? 0;
    codes[length++] = DIGITS[byte >> 4] ?? 0;
    codes[length++] = DIGITS[byte & 15] ?? 0;
    if (i === 3 || i === 5 || i === 7 || i === 9) codes[length++] = DASH;
  }
  return String.fromCharCode(...codes);
}
