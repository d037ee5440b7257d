import { formatUuid } from "./uuid5.ts";

/** Milliseconds between the start of the Gregorian calendar (1582-10-15) and the Unix epoch. */
const GREGORIAN_OFFSET_MS = 12_219_292_800_000;
/** UUIDs count time in units of 100 ns. */
const TICKS_PER_MS = 10_000;
const LOW_RANGE = 2 ** 28;

// The clock of this process: ids made later are greater, even within one millisecond and when the wall clock steps back.
let lastMs = 0;
let ticks = 0;

/**
 * A UUID version 6: sorts by time as text. The time bits of two ids made by one process always differ and grow.
 * `clockSequence` (14 bits) carries the superstep of a checkpoint, as upstream does.
 */
export function uuid6(clockSequence: number): string {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    ticks = 0;
  } else if (++ticks === TICKS_PER_MS) {
    lastMs += 1;
    ticks = 0;
  }
  const gregorianMs = lastMs + GREGORIAN_OFFSET_MS;
  // 60 bits of ticks do not fit a number: kept as the lower 28 and the upper 32.
  const low = (gregorianMs % LOW_RANGE) * TICKS_PER_MS + ticks;
  const high = Math.floor(gregorianMs / LOW_RANGE) * TICKS_PER_MS + Math.floor(low / LOW_RANGE);
  const rest = low % LOW_RANGE;
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, high);
  view.setUint16(4, Math.floor(rest / 0x1000));
  view.setUint16(6, 0x6000 | (rest & 0xfff));
  view.setUint16(8, 0x8000 | (clockSequence & 0x3fff));
  for (let i = 10; i < 16; i++) bytes[i] = Math.random() * 256;
  return formatUuid(bytes);
}
