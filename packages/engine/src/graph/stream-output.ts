import type { CheckpointMetadata } from "@heddle/checkpoint";
import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { PregelTaskDescription } from "../inspect/state-snapshot.ts";
import type { AnyRecord } from "../runtime/any-record.ts";
import type { Interrupt } from "../runtime/interrupt.ts";
import type { StreamMode } from "../stream/stream-mode.ts";

export type StreamMessageOutput = [BaseMessage, AnyRecord];
export type StreamDebugOutput = AnyRecord;

export interface StreamCheckpointsOutput<StreamValues> {
  values: StreamValues;
  next: string[];
  config: RunnableConfig;
  metadata?: CheckpointMetadata;
  parentConfig?: RunnableConfig | undefined;
  tasks: PregelTaskDescription[];
}

interface StreamTasksOutputBase {
  id: string;
  name: string;
  interrupts: Interrupt[];
}

export type StreamTasksOutput<StreamUpdates, StreamValues, Nodes = string> =
  | (StreamTasksOutputBase & { input: StreamValues; triggers: string[] })
  | (StreamTasksOutputBase & { result: [Nodes, StreamUpdates][]; error: unknown });

export type StreamToolsOutput = { toolCallId?: string; name: string } & (
  | { event: "on_tool_start"; input: unknown }
  | { event: "on_tool_event"; data: unknown }
  | { event: "on_tool_end"; output: unknown }
  | { event: "on_tool_error"; error: unknown }
);

/** Mode → its chunk. */
interface ChunkOf<StreamUpdates, StreamValues, Nodes, NodeReturnType, StreamCustom> {
  values: StreamValues;
  updates: NodeReturnType extends Record<string, unknown>
    ? { [K in keyof NodeReturnType]?: NodeReturnType[K] }
    : Record<Nodes extends string ? Nodes : string, StreamUpdates>;
  messages: StreamMessageOutput;
  custom: StreamCustom;
  checkpoints: StreamCheckpointsOutput<StreamValues>;
  tasks: StreamTasksOutput<StreamUpdates, StreamValues, Nodes>;
  tools: StreamToolsOutput;
  debug: StreamDebugOutput;
}

type Enveloped<Chunks, Mode, Subgraphs, IsList> = Mode extends keyof Chunks
  ? [IsList, Subgraphs] extends [true, true]
    ? [string[], Mode, Chunks[Mode]]
    : [IsList] extends [true]
      ? [Mode, Chunks[Mode]]
      : [Subgraphs] extends [true]
        ? [string[], Chunks[Mode]]
        : Chunks[Mode]
  : never;

/** The chunk that `stream()` yields for its options: with the mode when several were asked for, the namespace with `subgraphs`. */
export type StreamOutputMap<
  TStreamMode extends StreamMode | StreamMode[] | undefined,
  TStreamSubgraphs extends boolean,
  StreamUpdates,
  StreamValues,
  Nodes,
  NodeReturnType,
  StreamCustom,
  TEncoding extends "text/event-stream" | undefined = undefined,
> = [TEncoding] extends ["text/event-stream"]
  ? Uint8Array
  : TStreamMode extends StreamMode[]
    ? Enveloped<
        ChunkOf<StreamUpdates, StreamValues, Nodes, NodeReturnType, StreamCustom>,
        TStreamMode[number],
        TStreamSubgraphs,
        true
      >
    : Enveloped<
        ChunkOf<StreamUpdates, StreamValues, Nodes, NodeReturnType, StreamCustom>,
        TStreamMode extends StreamMode ? TStreamMode : "updates",
        TStreamSubgraphs,
        false
      >;
