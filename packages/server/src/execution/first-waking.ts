import type { Interrupt } from "@heddle/protocol";

/** Task id → its open interrupts. */
export type OpenInterrupts = Readonly<Record<string, readonly Interrupt[]>>;

/** When the first sleeper among these wakes, in milliseconds of the epoch: `sleep()` of our engine pauses with `{type: "sleep", until}`. */
export function firstWaking(interrupts: OpenInterrupts): number | undefined {
  const times = Object.values(interrupts)
    .flat()
    .map(({ value }) => wakingOf(value))
    .filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

function wakingOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, until } = value as { type?: unknown; until?: unknown };
  const time = type === "sleep" && typeof until === "string" ? Date.parse(until) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
