import type { Store } from "@heddle/checkpoint";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { AnyRecord } from "./any-record.ts";
import type { InterruptOptions } from "./interrupt-options.ts";
import type { RunControl } from "./run-control.ts";

/** Where a node runs. */
export interface ExecutionInfo {
  readonly checkpointId: string;
  readonly checkpointNs: string;
  readonly taskId: string;
  readonly threadId?: string | undefined;
  readonly runId?: string | undefined;
  /** 1 for the first attempt. */
  readonly nodeAttempt: number;
  /** Milliseconds since the epoch. */
  readonly nodeFirstAttemptTime?: number;
}

/** Who serves the graph; absent outside a server. */
export interface ServerInfo {
  readonly assistantId: string;
  readonly graphId: string;
  readonly user?: AnyRecord;
}

type IsUnknown<T> = unknown extends T ? true : false;

/** What a node sees beside its input: the second argument of every node. */
export interface Runtime<ContextType = Record<string, unknown>, InterruptType = unknown, WriterType = unknown> {
  configurable?: ContextType;
  context?: ContextType;
  store?: Store;
  /** Writes to the `custom` stream. */
  writer: IsUnknown<WriterType> extends true ? (chunk: unknown) => void : WriterType;
  interrupt: IsUnknown<InterruptType> extends true
    ? (value: unknown, options?: InterruptOptions) => unknown
    : InterruptType;
  signal: AbortSignal;
  /** A sign of life, for nodes with an idle timeout. */
  heartbeat?: () => void;
  executionInfo?: ExecutionInfo;
  serverInfo?: ServerInfo;
  control?: RunControl;
}

/** The config of a node or of a call, with the runtime's fields. */
export interface LangGraphRunnableConfig<ContextType extends AnyRecord = AnyRecord>
  extends RunnableConfig<ContextType>,
    Partial<Runtime<ContextType, unknown, unknown>> {}
