/**
 * XXH3, 128 bits, seed 0, as 32 hex digits: the id of an interrupt is this hash of its task's namespace, in every
 * LangGraph runtime. Arithmetic is on BigInt, modulo 2^64; it is slow, and runs only when a task interrupts or a map of
 * answers arrives. Names follow the specification (xxhash.h).
 */
export function xxh3(text: string): string {
  const input = new TextEncoder().encode(text);
  const [low, high] = hash(input, new DataView(input.buffer, input.byteOffset, input.byteLength));
  return hex(high) + hex(low);
}

type Pair = readonly [low: bigint, high: bigint];

const P32_1 = 0x9e3779b1n;
const P32_2 = 0x85ebca77n;
const P32_3 = 0xc2b2ae3dn;
const P64_1 = 0x9e3779b185ebca87n;
const P64_2 = 0xc2b2ae3d27d4eb4fn;
const P64_3 = 0x165667b19e3779f9n;
const P64_4 = 0x85ebca77c2b2ae63n;
const P64_5 = 0x27d4eb2f165667c5n;
const MASK_32 = 0xffffffffn;
const SECRET_HEX =
  "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c" +
  "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d978736" +
  "4eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e";
const SECRET = new DataView(Uint8Array.from(SECRET_HEX.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)).buffer);

function hash(bytes: Uint8Array, input: DataView): Pair {
  const length = bytes.length;
  if (length === 0) return [avalanche64(secret64(64) ^ secret64(72)), avalanche64(secret64(80) ^ secret64(88))];
  if (length <= 3) return hash1to3(bytes);
  if (length <= 8) return hash4to8(input);
  if (length <= 16) return hash9to16(input);
  if (length <= 128) return hash17to128(input);
  if (length <= 240) return hash129to240(input);
  return hashLong(input);
}

function hash1to3(bytes: Uint8Array): Pair {
  const length = bytes.length;
  const [c1, c2, c3] = [bytes[0] ?? 0, bytes[length >> 1] ?? 0, bytes[length - 1] ?? 0];
  const low = BigInt(((c1 << 16) | (c2 << 24) | c3 | (length << 8)) >>> 0);
  const swapped = swap(low, 4);
  const high = ((swapped << 13n) | (swapped >> 19n)) & MASK_32;
  return [avalanche64(low ^ secret32(0) ^ secret32(4)), avalanche64(high ^ secret32(8) ^ secret32(12))];
}

function hash4to8(input: DataView): Pair {
  const length = input.byteLength;
  const value = BigInt(input.getUint32(0, true)) + (BigInt(input.getUint32(length - 4, true)) << 32n);
  const product = (value ^ secret64(16) ^ secret64(24)) * u64(P64_1 + BigInt(length << 2));
  let low = u64(product);
  const high = u64((product >> 64n) + (low << 1n));
  low ^= high >> 3n;
  low = u64((low ^ (low >> 35n)) * 0x9fb21c651e98df25n);
  return [low ^ (low >> 28n), avalanche(high)];
}

function hash9to16(input: DataView): Pair {
  const length = input.byteLength;
  const first = read64(input, 0);
  const last = read64(input, length - 8);
  const product = u64(first ^ last ^ secret64(32) ^ secret64(40)) * P64_1;
  let low = u64(product + (BigInt(length - 1) << 54n));
  const flipped = last ^ secret64(48) ^ secret64(56);
  const high = u64((product >> 64n) + flipped + (flipped & MASK_32) * (P32_2 - 1n));
  low ^= swap(high, 8);
  const mixed = low * P64_2;
  return [avalanche(u64(mixed)), avalanche(u64((mixed >> 64n) + high * P64_2))];
}

function hash17to128(input: DataView): Pair {
  const length = input.byteLength;
  let acc: Pair = [u64(BigInt(length) * P64_1), 0n];
  if (length > 96) acc = mix32(acc, input, 48, length - 64, 96);
  if (length > 64) acc = mix32(acc, input, 32, length - 48, 64);
  if (length > 32) acc = mix32(acc, input, 16, length - 32, 32);
  return finishShort(mix32(acc, input, 0, length - 16, 0), length);
}

function hash129to240(input: DataView): Pair {
  const length = input.byteLength;
  let acc: Pair = [u64(BigInt(length) * P64_1), 0n];
  for (let i = 32; i < 160; i += 32) acc = mix32(acc, input, i - 32, i - 16, i - 32);
  acc = [avalanche(acc[0]), avalanche(acc[1])];
  for (let i = 160; i <= length; i += 32) acc = mix32(acc, input, i - 32, i - 16, i - 157);
  return finishShort(mix32(acc, input, length - 16, length - 32, 103), length);
}

function finishShort([low, high]: Pair, length: number): Pair {
  const mixed = u64(low * P64_1 + high * P64_4 + BigInt(length) * P64_2);
  return [avalanche(u64(low + high)), u64(-avalanche(mixed))];
}

function mix32([low, high]: Pair, input: DataView, a: number, b: number, secret: number): Pair {
  return [
    u64(low + mix16(input, a, secret)) ^ u64(read64(input, b) + read64(input, b + 8)),
    u64(high + mix16(input, b, secret + 16)) ^ u64(read64(input, a) + read64(input, a + 8)),
  ];
}

function mix16(input: DataView, at: number, secret: number): bigint {
  return fold((read64(input, at) ^ secret64(secret)) * (read64(input, at + 8) ^ secret64(secret + 8)));
}

/** Blocks of 16 stripes of 64 bytes; after each block the accumulators are scrambled. */
function hashLong(input: DataView): Pair {
  const length = input.byteLength;
  const acc = [P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1];
  const stripes = Math.floor((length - 1) / 64);
  for (let stripe = 0; stripe < stripes; stripe++) {
    accumulate(acc, input, stripe * 64, (stripe % 16) * 8);
    if (stripe % 16 === 15) scramble(acc);
  }
  accumulate(acc, input, length - 64, 121);
  const total = BigInt(length);
  return [mergeAccumulators(acc, 11, u64(total * P64_1)), mergeAccumulators(acc, 117, u64(~(total * P64_2)))];
}

function accumulate(acc: bigint[], input: DataView, at: number, secret: number): void {
  for (let i = 0; i < 8; i++) {
    const value = read64(input, at + 8 * i);
    const key = value ^ secret64(secret + 8 * i);
    acc[i ^ 1] = u64((acc[i ^ 1] ?? 0n) + value);
    acc[i] = u64((acc[i] ?? 0n) + (key & MASK_32) * (key >> 32n));
  }
}

function scramble(acc: bigint[]): void {
  for (let i = 0; i < 8; i++) {
    const value = acc[i] ?? 0n;
    acc[i] = u64((value ^ (value >> 47n) ^ secret64(128 + 8 * i)) * P32_1);
  }
}

function mergeAccumulators(acc: bigint[], secret: number, start: bigint): bigint {
  let result = start;
  for (let i = 0; i < 8; i += 2) {
    const left = (acc[i] ?? 0n) ^ secret64(secret + 8 * i);
    const right = (acc[i + 1] ?? 0n) ^ secret64(secret + 8 * i + 8);
    result = u64(result + fold(left * right));
  }
  return avalanche(result);
}

function avalanche(hash: bigint): bigint {
  const mixed = u64((hash ^ (hash >> 37n)) * 0x165667919e3779f9n);
  return mixed ^ (mixed >> 32n);
}

function avalanche64(hash: bigint): bigint {
  let mixed = u64((hash ^ (hash >> 33n)) * P64_2);
  mixed = u64((mixed ^ (mixed >> 29n)) * P64_3);
  return mixed ^ (mixed >> 32n);
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function fold(product: bigint): bigint {
  return u64(product) ^ (product >> 64n);
}

function read64(view: DataView, at: number): bigint {
  return view.getBigUint64(at, true);
}

function secret64(at: number): bigint {
  return read64(SECRET, at);
}

function secret32(at: number): bigint {
  return BigInt(SECRET.getUint32(at, true));
}

function swap(value: bigint, bytes: number): bigint {
  let swapped = 0n;
  for (let i = 0; i < bytes; i++) swapped = (swapped << 8n) | ((value >> BigInt(8 * i)) & 0xffn);
  return swapped;
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}
