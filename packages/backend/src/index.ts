// The whole

// Who may see what
export { type AccessFilter, type AccessScalar, passesAccess } from "./access-filter.ts";
export type { ApiKeyRecord, ApiKeys } from "./api-keys.ts";
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
// Schedules
export type { CronFilter, CronFire, CronPatch, CronQuery, CronRecord, CronSortKey, Crons, NewCron } from "./crons.ts";
export { MAX_CRON_FIRES } from "./crons.ts";
export { DatabaseUnavailableError } from "./database-unavailable-error.ts";
export type { DurableStore, StorePutOptions, StoreReadOptions, StoreSettings, StoreTtl } from "./durable-store.ts";
// The way back
export type { EventLog, LoggedEvent, NewEvent } from "./event-log.ts";
export { MAX_READ_CHARACTERS } from "./event-log.ts";
export { GraphStore } from "./graph-store.ts";
export { type FilterTerm, matchesTerms, toFilterTerms } from "./item-filter.ts";
export { embedItem, embedQuery } from "./item-vectors.ts";
export { LeaseLostError } from "./lease-lost-error.ts";
export { listNamespaces } from "./list-namespaces.ts";
export { mergeConfigs, mergeRecords } from "./merge-config.ts";
export { assertNamespace, isNamespace, namespaceLabels, namespacePath } from "./namespace-path.ts";
export type { Page, PageRequest } from "./page.ts";
export { Recent } from "./recent.ts";
export { RunListeners } from "./run-listeners.ts";
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
// What a search of the store cannot be answered with
export { StoreQueryError } from "./store-query-error.ts";
export type { TableRows } from "./table-rows.ts";
export type {
  NewThread,
  ThreadFilter,
  ThreadQuery,
  ThreadRecord,
  ThreadStateSummary,
  Threads,
  ThreadTtl,
} from "./threads.ts";
// What cannot be stored
export { UnstorableTextError } from "./unstorable-text-error.ts";
export { untilAvailable } from "./until-available.ts";
export { type LeaseRequest, type Waiter, WaitingWorkers } from "./waiting-workers.ts";
// What webhooks are told
export type {
  NewWebhookDelivery,
  WebhookAttempt,
  WebhookDeliveryRecord,
  WebhookDeliveryStatus,
  Webhooks,
} from "./webhooks.ts";
