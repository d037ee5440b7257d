import type { Config, Dict, IfExists, RunStatus, ThreadStatus } from "@heddle/protocol";

/** What each event is asked with. Handlers may change it: `metadata` is stored, `namespace`, `key` and `value` are used. */
export interface AuthValues {
  "threads:create": { thread_id: string; metadata: Dict; if_exists: IfExists };
  "threads:read": { thread_id: string; run_id?: string };
  "threads:update": { thread_id: string; metadata?: Dict; action?: "interrupt" | "rollback"; values?: unknown };
  "threads:delete": { thread_id?: string; run_id?: string; metadata?: Dict };
  "threads:search": {
    metadata?: Dict;
    values?: Dict;
    status?: ThreadStatus;
    ids?: string[];
    thread_id?: string;
  } & Page;
  "threads:create_run": {
    thread_id: string;
    assistant_id: string;
    run_id: string;
    status: RunStatus;
    metadata: Dict;
    prevent_insert_if_inflight: boolean;
    multitask_strategy: string;
    if_not_exists: "create" | "reject";
    after_seconds: number;
    kwargs: Dict & { config: Config };
  };
  "assistants:create": { assistant_id: string; graph_id: string; metadata: Dict; config?: Config; name?: string };
  "assistants:read": { assistant_id: string; metadata?: Dict };
  "assistants:update": { assistant_id: string; metadata?: Dict; graph_id?: string; version?: number; name?: string };
  "assistants:delete": { assistant_id: string };
  "assistants:search": { metadata?: Dict; graph_id?: string; name?: string } & Page;
  "crons:create": {
    cron_id: string;
    thread_id: string | null;
    user_id: string | null;
    schedule: string;
    end_time: string | null;
    payload: Dict;
    metadata: Dict;
  };
  "crons:read": { cron_id: string };
  "crons:update": { cron_id: string; payload?: Dict; schedule?: string; metadata?: Dict };
  "crons:delete": { cron_id: string };
  "crons:search": { assistant_id?: string; thread_id?: string; metadata?: Dict } & Page;
  "store:put": { namespace: string[]; key: string; value: Dict; index?: false | string[] };
  "store:get": { namespace: string[]; key: string };
  "store:delete": { namespace: string[]; key: string };
  "store:search": { namespace: string[]; filter?: Dict; query?: string } & Page;
  "store:list_namespaces": { namespace: string[]; suffix?: string[]; max_depth?: number } & Page;
}

interface Page {
  limit?: number;
  offset?: number;
}

export type AuthEvent = keyof AuthValues;

type Resource<E extends string = AuthEvent> = E extends `${infer R}:${string}` ? R : never;
type Action<E extends string = AuthEvent> = E extends `${string}:${infer A}` ? A : never;

/** What a handler can be for: one event, a resource, an action on any resource, or everything. */
export type AuthEventKey = AuthEvent | Resource | `*:${Action}` | "*";

/** The events that a key stands for. */
type EventsOf<K extends AuthEventKey> = K extends "*"
  ? AuthEvent
  : K extends `*:${infer A}`
    ? Extract<AuthEvent, `${string}:${A}`>
    : K extends Resource
      ? Extract<AuthEvent, `${K}:${string}`>
      : Extract<AuthEvent, K>;

/** What a handler for this key is asked with. */
export type AuthValue<K extends AuthEventKey> = AuthValues[EventsOf<K>];
