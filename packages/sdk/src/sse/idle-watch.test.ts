import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type IdleReconnectMode, IdleWatch } from "./idle-watch.ts";

describe("IdleWatch", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watch(mode: IdleReconnectMode): { watch: IdleWatch; onIdle: ReturnType<typeof vi.fn<() => void>> } {
    const onIdle = vi.fn<() => void>();
    return { watch: new IdleWatch(mode, onIdle), onIdle };
  }

  it("with a number suspects a connection that was silent from the beginning", () => {
    const { onIdle } = watch(1_000);
    vi.advanceTimersByTime(999);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it("begins anew with every byte", () => {
    const { watch: watched, onIdle } = watch(1_000);
    vi.advanceTimersByTime(900);
    watched.alive();
    vi.advanceTimersByTime(900);
    expect(onIdle).not.toHaveBeenCalled();
  });

  it("with 0 suspects nothing", () => {
    const { onIdle } = watch(0);
    vi.advanceTimersByTime(1e9);
    expect(onIdle).not.toHaveBeenCalled();
  });

  it("with auto never suspects a server without heartbeats", () => {
    const { watch: watched, onIdle } = watch("auto");
    watched.alive();
    watched.heartbeat();
    vi.advanceTimersByTime(1e9);
    expect(onIdle).not.toHaveBeenCalled();
  });

  it.each([
    [5_000, 15_000],
    [100, 6_000],
    [60_000, 30_000],
  ])("with auto and heartbeats every %i ms waits %i ms", (intervalMs, windowMs) => {
    const { watch: watched, onIdle } = watch("auto");
    watched.heartbeat();
    vi.advanceTimersByTime(intervalMs);
    watched.heartbeat();
    vi.advanceTimersByTime(windowMs - 1);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it("is quiet once stopped", () => {
    const { watch: watched, onIdle } = watch(1_000);
    watched.stop();
    vi.advanceTimersByTime(1e9);
    expect(onIdle).not.toHaveBeenCalled();
  });
});
