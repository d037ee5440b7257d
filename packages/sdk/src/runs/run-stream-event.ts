import type { Config, Dict, ErrorEvent, Interrupt, MetadataEvent, StreamMode, ThreadTask } from "@heddle/protocol";
import type { Message } from "./message.ts";

/** One event with its name; `id` is absent when the server numbers none. */
export interface StreamEventOf<Name extends string, Data> {
  id?: string;
  event: Name;
  data: Data;
}

/** What the events of each stream mode are called and carry. */
interface EventsOfMode<State, Update, Custom> {
  values: { values: State };
  updates: { updates: Record<string, Update> };
  custom: { custom: Custom };
  "messages-tuple": { messages: [message: Message, metadata: Dict] };
  messages: {
    "messages/metadata": Record<string, { metadata: unknown }>;
    "messages/partial": Message[];
    "messages/complete": Message[];
  };
  tasks: {
    tasks: { id: string; name: string; interrupts: Interrupt[] } & (
      | { input: unknown; triggers: string[] }
      | { result: unknown }
      | { error: unknown }
    );
  };
  checkpoints: {
    checkpoints: { values: State; next: string[]; config: Config; metadata: Dict; tasks: ThreadTask[] };
  };
  debug: { debug: { step: number; timestamp: string; type: string; payload: Dict } };
  events: {
    events: {
      event: string;
      name: string;
      run_id: string;
      tags: string[];
      metadata: Dict;
      parent_ids: string[];
      data: unknown;
    };
  };
  tools: { tools: { event: string; name: string; toolCallId?: string } & Dict };
}

/** A subgraph's event has its namespace behind the name: `updates|child:id`. */
type Named<Events, Subgraphs extends boolean> = {
  [Name in keyof Events & string]: StreamEventOf<
    true extends Subgraphs ? Name | `${Name}|${string}` : Name,
    Events[Name]
  >;
}[keyof Events & string];

type OneMode<Mode, Subgraphs extends boolean, State, Update, Custom> = Mode extends StreamMode
  ? Named<EventsOfMode<State, Update, Custom>[Mode], Subgraphs>
  : never;

/** The events of a run that streams these modes; those below come whatever the mode. */
export type RunStreamEvent<Mode extends StreamMode | StreamMode[], Subgraphs extends boolean, State, Update, Custom> =
  | OneMode<Mode extends StreamMode[] ? Mode[number] : Mode, Subgraphs, State, Update, Custom>
  | StreamEventOf<"metadata", MetadataEvent>
  | StreamEventOf<"error", ErrorEvent>
  | StreamEventOf<"feedback", Record<string, string>>
  | StreamEventOf<"end", Dict | null>;

type AnyMode<Mode extends StreamMode, State = Dict, Update = Dict, Custom = unknown> = Named<
  EventsOfMode<State, Update, Custom>[Mode],
  true
>;

// Events of one kind, under the names that the official client gives them.
export type ValuesStreamEvent<State = Dict> = AnyMode<"values", State>;
export type UpdatesStreamEvent<Update = Dict> = AnyMode<"updates", Dict, Update>;
export type CustomStreamEvent<Custom = unknown> = AnyMode<"custom", Dict, Dict, Custom>;
export type MessagesTupleStreamEvent = AnyMode<"messages-tuple">;
export type MessagesStreamEvent = AnyMode<"messages">;
export type DebugStreamEvent = AnyMode<"debug">;
export type EventsStreamEvent = AnyMode<"events">;
export type ToolsStreamEvent = AnyMode<"tools">;
export type MetadataStreamEvent = StreamEventOf<"metadata", MetadataEvent>;
export type ErrorStreamEvent = StreamEventOf<"error", ErrorEvent>;
export type FeedbackStreamEvent = StreamEventOf<"feedback", Record<string, string>>;
