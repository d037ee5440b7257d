import type { RunRecord } from "@heddle/backend";

/** Runs which somebody may read later are logged; for `wait` runs nobody asked for events, who listens gets them live. */
export function isLogged({ kwargs }: RunRecord): boolean {
  return kwargs.resumable || kwargs.is_streamed;
}
