/**
 * SHA-1 of bytes, as 20 bytes. Written out because task ids need it synchronously in browsers too, where `node:crypto`
 * is absent; for the 100-200 bytes of a task id it is as fast as the native one. Not for security.
 */
export function sha1(bytes: Uint8Array): Uint8Array {
  const blocks = padded(bytes);
  const h = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const w = new Int32Array(80);
  for (let offset = 0; offset < blocks.byteLength; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = blocks.getInt32(offset + i * 4);
    for (let i = 16; i < 80; i++) w[i] = rotl(word(w, i - 3) ^ word(w, i - 8) ^ word(w, i - 14) ^ word(w, i - 16), 1);
    compress(h, w);
  }
  const digest = new DataView(new ArrayBuffer(20));
  for (let i = 0; i < 5; i++) digest.setInt32(i * 4, word(h, i));
  return new Uint8Array(digest.buffer);
}

function compress(h: Int32Array, w: Int32Array): void {
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
    const next = (((a << 5) | (a >>> 27)) + f + e + word(w, i)) | 0;
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

function padded(bytes: Uint8Array): DataView {
  const length = ((bytes.length + 8) >> 6) * 64 + 64;
  const out = new Uint8Array(length);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function rotl(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** Typed arrays never miss within their length; this tells the compiler so. */
function word(words: Int32Array, index: number): number {
  return words[index] as number;
}
