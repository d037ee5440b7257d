// The whole

// Resources
export type {
  AssistantFilter,
  AssistantPatch,
  AssistantQuery,
  AssistantRecord,
  Assistants,
  AssistantVersionRecord,
  NewAssistant,
} from "./assistants.ts";
export type { Backend } from "./backend.ts";
// The way back
export type { EventLog, LoggedEvent } from "./event-log.ts";
export type { Page, PageRequest } from "./page.ts";
// The run queue
export type {
  CancelOutcome,
  Lease,
  NewRun,
  OfferOutcome,
  RenewOutcome,
  RunQueue,
  Settlement,
} from "./run-queue.ts";
export type { RunKwargs, RunRecord, Runs } from "./runs.ts";
export type { NewThread, ThreadFilter, ThreadQuery, ThreadRecord, ThreadStateSummary, Threads } from "./threads.ts";
