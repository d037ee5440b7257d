import type { StreamMux } from "../stream-mux.ts";

type DebugType = "checkpoint" | "task" | "task_result";

/** Emits a payload in its own mode, and wrapped for the `debug` mode. The payload is made only if somebody reads it. */
export function emitDebuggable(mux: StreamMux, type: DebugType, step: number, makePayload: () => unknown): void {
  const mode = type === "checkpoint" ? "checkpoints" : "tasks";
  const wantsMode = mux.wants(mode);
  const wantsDebug = mux.wants("debug");
  if (!wantsMode && !wantsDebug) return;
  const payload = makePayload();
  if (wantsMode) mux.emit(mode, payload);
  if (wantsDebug) mux.emit("debug", { step, type, timestamp: new Date().toISOString(), payload });
}
