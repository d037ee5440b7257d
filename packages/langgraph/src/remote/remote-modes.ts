import type { StreamMode } from "@heddle/engine";
import type { StreamMode as WireMode } from "@heddle/sdk";

/** Which modes the caller reads, and which are asked of the server. */
export interface RemoteModes {
  readonly wanted: ReadonlySet<string>;
  readonly asked: WireMode[];
  /** Whether the caller named one mode, and so gets its chunks bare. */
  readonly isSingle: boolean;
}

/** Updates are always asked for: they tell of interrupts. Messages come as pairs of a message and its metadata. */
export function remoteModes(given: StreamMode | StreamMode[] | undefined): RemoteModes {
  const modes = given === undefined ? ["updates"] : Array.isArray(given) ? given : [given];
  const asked = modes.map((mode) => (mode === "messages" ? "messages-tuple" : mode));
  if (!asked.includes("updates")) asked.push("updates");
  return { wanted: new Set(modes), asked: asked as WireMode[], isSingle: !Array.isArray(given) };
}

/** `updates|child:id|grandchild:id` → its mode and its namespace. */
export function splitEventName(name: string): { mode: string; namespace: string[] } {
  const [mode = "", ...namespace] = name.split("|");
  return { mode, namespace };
}
