import type { Backend, RunQueue } from "@heddle/backend";

/** Two processes of one schema as one backend: each call to the queue goes to the other one than the call before. */
export function asOneBackend(first: Backend, second: Backend): Backend {
  let [next, other] = [first.queue, second.queue];
  const inTurn = (): RunQueue => {
    [next, other] = [other, next];
    return next;
  };
  const close = async () => {
    await Promise.all([first.close(), second.close()]);
  };
  const queue: RunQueue = {
    offer: (run) => inTurn().offer(run),
    lease: (request) => inTurn().lease(request),
    renew: (lease, leaseMs) => inTurn().renew(lease, leaseMs),
    settle: (lease, settlement) => inTurn().settle(lease, settlement),
    release: (lease) => inTurn().release(lease),
    cancel: (runIds, action) => inTurn().cancel(runIds, action),
    depth: () => inTurn().depth(),
    sweep: (options) => inTurn().sweep(options),
    onCancel: (listener) => {
      const stops = [first.queue.onCancel(listener), second.queue.onCancel(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
  return { ...first, queue, close, [Symbol.asyncDispose]: close };
}
