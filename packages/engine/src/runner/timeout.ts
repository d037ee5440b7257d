import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CallbackManager } from "@langchain/core/callbacks/manager";
import type { RunnableConfig } from "@langchain/core/runnables";
import { NodeTimeoutError } from "../errors.ts";
import type { LangGraphRunnableConfig } from "../runtime/runtime.ts";
import type { TimeoutPolicy } from "../runtime/timeout-policy.ts";
import type { RunningTask } from "./task-context.ts";

/**
 * Runs one attempt against its clocks. On expiry the attempt's signal is aborted, whatever it still writes is dropped, and
 * `NodeTimeoutError` is thrown without waiting for the node. A synchronous node cannot be interrupted: its time is checked
 * when it returns.
 */
export async function withTimeouts<T>(
  name: string,
  policy: TimeoutPolicy,
  config: LangGraphRunnableConfig,
  running: RunningTask,
  body: (config: LangGraphRunnableConfig) => T | Promise<T>,
): Promise<T> {
  const clock = new AttemptClock(name, policy);
  const timed = withSignsOfLife(config, running, clock, policy);
  try {
    const result = await Promise.race([invoke(body, timed), clock.expired]);
    clock.check();
    return result;
  } finally {
    running.isOver = true;
    clock.stop();
  }
}

async function invoke<T>(
  body: (config: LangGraphRunnableConfig) => T | Promise<T>,
  config: LangGraphRunnableConfig,
): Promise<T> {
  return body(config);
}

class AttemptClock {
  readonly controller = new AbortController();
  readonly expired: Promise<never>;
  readonly #name: string;
  readonly #policy: TimeoutPolicy;
  readonly #startedAt = Date.now();
  #lastSignAt = this.#startedAt;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  #reject: (error: unknown) => void = () => {};

  constructor(name: string, policy: TimeoutPolicy) {
    this.#name = name;
    this.#policy = policy;
    this.expired = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // The race may be over before the clock is; its promise then has no other listener.
    this.expired.catch(() => {});
    if (policy.runTimeout !== undefined) this.#timers.push(setTimeout(() => this.#expire("run"), policy.runTimeout));
    if (policy.idleTimeout !== undefined) this.#watchIdle(policy.idleTimeout);
  }

  refresh(): void {
    this.#lastSignAt = Date.now();
  }

  /** For nodes that blocked the event loop past their time. */
  check(): void {
    const { runTimeout } = this.#policy;
    if (runTimeout !== undefined && Date.now() - this.#startedAt > runTimeout) throw this.#error("run");
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #watchIdle(delayMs: number): void {
    const timer = setTimeout(() => {
      const left = this.#lastSignAt + (this.#policy.idleTimeout ?? 0) - Date.now();
      if (left > 0) this.#watchIdle(left);
      else this.#expire("idle");
    }, delayMs);
    this.#timers.push(timer);
  }

  #expire(kind: "run" | "idle"): void {
    const error = this.#error(kind);
    this.#reject(error);
    this.controller.abort(error);
  }

  #error(kind: "run" | "idle"): NodeTimeoutError {
    const { runTimeout, idleTimeout } = this.#policy;
    return new NodeTimeoutError({
      node: this.#name,
      kind,
      elapsed: Date.now() - (kind === "run" ? this.#startedAt : this.#lastSignAt),
      ...(runTimeout === undefined ? {} : { runTimeout }),
      ...(idleTimeout === undefined ? {} : { idleTimeout }),
    });
  }
}

function withSignsOfLife(
  config: LangGraphRunnableConfig,
  running: RunningTask,
  clock: AttemptClock,
  policy: TimeoutPolicy,
): LangGraphRunnableConfig {
  const signals = config.signal === undefined ? [clock.controller.signal] : [config.signal, clock.controller.signal];
  const timed: LangGraphRunnableConfig = {
    ...config,
    signal: AbortSignal.any(signals),
    heartbeat: () => clock.refresh(),
  };
  const write = config.writer;
  if (write !== undefined) {
    timed.writer = (chunk: unknown) => {
      if (running.isOver) return;
      if (policy.refreshOn !== "heartbeat") clock.refresh();
      write(chunk);
    };
  }
  if (policy.idleTimeout === undefined || policy.refreshOn === "heartbeat") return timed;
  running.onSign = () => clock.refresh();
  timed.callbacks = withHandler(config.callbacks, new SignsOfLife(() => clock.refresh()));
  return timed;
}

function withHandler(callbacks: RunnableConfig["callbacks"], handler: BaseCallbackHandler): CallbackManager {
  const manager = CallbackManager._configureSync(callbacks, undefined) ?? new CallbackManager();
  const copy = manager.copy();
  copy.addHandler(handler, true);
  return copy;
}

/** Any event of a model, tool or chain below the node is a sign of life. */
class SignsOfLife extends BaseCallbackHandler {
  name = "NodeTimeoutSignsOfLife";
  override handleChatModelStart: () => void;
  override handleLLMStart: () => void;
  override handleLLMNewToken: () => void;
  override handleLLMEnd: () => void;
  override handleChainStart: () => void;
  override handleChainEnd: () => void;
  override handleToolStart: () => void;
  override handleToolEnd: () => void;
  override handleCustomEvent: () => void;

  constructor(onSign: () => void) {
    super();
    this.handleChatModelStart = onSign;
    this.handleLLMStart = onSign;
    this.handleLLMNewToken = onSign;
    this.handleLLMEnd = onSign;
    this.handleChainStart = onSign;
    this.handleChainEnd = onSign;
    this.handleToolStart = onSign;
    this.handleToolEnd = onSign;
    this.handleCustomEvent = onSign;
  }
}
