import type { ThreadState } from "@heddle/protocol";

/** Only the named parts of a state; `values.messages` names one value. All of it when nothing is named. */
export function selectState(state: ThreadState, select: readonly string[] | undefined): Partial<ThreadState> {
  if (select === undefined || select.length === 0) return state;
  const names = new Set(select);
  const selected = Object.fromEntries(Object.entries(state).filter(([key]) => names.has(key))) as Partial<ThreadState>;
  const keys = select.filter((name) => name.startsWith("values.")).map((name) => name.slice("values.".length));
  if (keys.length > 0 && !names.has("values")) {
    const values = (state.values ?? {}) as Record<string, unknown>;
    selected.values = Object.fromEntries(
      keys.filter((key) => Object.hasOwn(values, key)).map((key) => [key, values[key]]),
    );
  }
  return selected;
}
