import type { RunnableConfig } from "@langchain/core/runnables";
import { interruptWith } from "../runtime/interrupt.ts";
import type { InterruptOptions } from "../runtime/interrupt-options.ts";
import { step } from "./step.ts";

/** What a waiting run shows as its interrupt: what it waits for. */
export interface EventPause {
  readonly type: "event";
  readonly name: string;
}

export interface WaitForEventOptions extends InterruptOptions {
  /** The config of the node: needed where there is no async local storage. */
  config?: RunnableConfig;
}

/**
 * Lets a node wait for something to happen without holding a worker. The run pauses with an interrupt
 * `{ type: "event", name }`; whoever hears of the event resumes it with `Command({ resume: payload })`, or by the interrupt's
 * id. The payload is saved like the result of a `step()`: when the node runs again (after another pause, a retry, a crash) it
 * is returned at once. Needs a checkpointer. Events of one name are told apart by their order.
 *
 * @example const payment = await waitForEvent<Payment>("paid")
 */
export function waitForEvent<T = unknown>(name: string, options: WaitForEventOptions = {}): Promise<T> {
  const { config, ...asked } = options;
  const pause: EventPause = { type: "event", name };
  return step(
    `event ${stepName(name)}`,
    ({ config: own }) => interruptWith(own, pause, asked) as T,
    config === undefined ? {} : { config },
  );
}

/** Events may be called `order:paid`; namespaces are made of the two characters. */
function stepName(name: string): string {
  return name.replaceAll(":", "%3A").replaceAll("|", "%7C");
}
