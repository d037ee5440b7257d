/** Work space for the words of one block: whoever hashes is done before anybody else begins. */
const words = new Int32Array(80);

/**
 * SHA-1 of bytes, as 20 bytes. Written out because task ids need it synchronously in browsers too, where `node:crypto`
 * is absent; for the 100-200 bytes of a task id it is as fast as the native one. Not for security.
 */
export function sha1(bytes: Uint8Array): Uint8Array {
  const h = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const { length } = bytes;
  const end = ((length + 8) >> 6) * 64 + 64;
  for (let offset = 0; offset < end; offset += 64) {
    for (let i = 0; i < 16; i++) words[i] = wordAt(bytes, offset + i * 4);
    if (offset + 64 === end) {
      words[14] = Math.floor(length / 0x20000000);
      words[15] = length << 3;
    }
    for (let i = 16; i < 80; i++) {
      const mixed = word(words, i - 3) ^ word(words, i - 8) ^ word(words, i - 14) ^ word(words, i - 16);
      words[i] = (mixed << 1) | (mixed >>> 31);
    }
    compress(h);
  }
  const digest = new Uint8Array(20);
  for (let i = 0; i < 20; i++) digest[i] = word(h, i >> 2) >>> (24 - (i & 3) * 8);
  return digest;
}

function compress(h: Int32Array): void {
  let a = word(h, 0);
  let b = word(h, 1);
  let c = word(h, 2);
  let d = word(h, 3);
  let e = word(h, 4);
  for (let i = 0; i < 80; i++) {
    // Written out, without a function per round: this loop is the whole cost of a task id.
    let f: number;
    if (i < 20) f = ((b & c) | (~b & d)) + 0x5a827999;
    else if (i < 40) f = (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) f = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else f = (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + f + e + word(words, i)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  h[0] = word(h, 0) + a;
  h[1] = word(h, 1) + b;
  h[2] = word(h, 2) + c;
  h[3] = word(h, 3) + d;
  h[4] = word(h, 4) + e;
}

/** Four bytes of the message; after it comes a bit that is set, then none. */
function wordAt(bytes: Uint8Array, index: number): number {
  return (
    (byteAt(bytes, index) << 24) |
    (byteAt(bytes, index + 1) << 16) |
    (byteAt(bytes, index + 2) << 8) |
    byteAt(bytes, index + 3)
  );
}

function byteAt(bytes: Uint8Array, index: number): number {
  return index < bytes.length ? (bytes[index] as number) : index === bytes.length ? 0x80 : 0;
}

/** Typed arrays never miss within their length; this tells the compiler so. */
function word(list: Int32Array, index: number): number {
  return list[index] as number;
}
