import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DatabaseUnavailableError } from "@heddle/backend";
import type { Client, QueryConfig } from "pg";
import type { Database } from "./database.ts";
import { isUnreachable } from "./is-unreachable.ts";
import { ANSWER_MS } from "./silence-watch.ts";

/** What one process tells the others. All of it is a reason to look, never the truth itself. */
export type News =
  /** A run can be leased, or will be at a time others should know. */
  | { kind: "ready" }
  /** A run has new events, or has ended or gone; or a thread has a new run or state. */
  | { kind: "changed"; id: string }
  | { kind: "cancel"; runId: string; action: "interrupt" | "rollback" };

/** hello: a process has begun to listen · look: so far it may not have been told everything. */
type Greeting = { kind: "hello" } | { kind: "look" };

const HELLO = JSON.stringify({ kind: "hello" } satisfies Greeting);

export interface NotificationsOptions {
  /** News of other processes. */
  onNews: (news: News) => void;
  /** News may have been missed: look at everything. */
  onGap: () => void;
}

/** PostgreSQL takes payloads of less than 8,000 bytes. */
const MAX_PAYLOAD_LENGTH = 7000;
const MIN_RETRY_MS = 100;
/** Soon: until it is back, others take its runs from it. */
const MAX_RETRY_MS = 1000;
/** After its own connection was broken a process leaves others this long to come back too. */
const GRACE_MS = 3000;
/** How long what a process says to itself may be under way. */
const PROOF_MS = 5000;
/** How often the connection that listens is asked whether it is there. */
const BEAT_EVERY_MS = 5000;

const DEAF =
  "PostgreSQL takes LISTEN here, but nothing that is notified arrives: there is a pooler in transaction mode (PgBouncer) in " +
  'between. Add "?listen=false" to the address of the database, or go around the pooler.';

/**
 * LISTEN and NOTIFY between the processes on one schema, and the sign of life of this one: the connection that listens holds the
 * advisory lock of the process's number. PostgreSQL drops it with the connection, so the death of a process is seen by all.
 *
 * News is told after the change it speaks of is committed, by a statement of its own. A NOTIFY within the change would hold a
 * lock of the whole database until the commit has reached the disk; so hundreds of changes would wait for each other, where
 * PostgreSQL otherwise flushes many at once. The price: a process that dies in between tells nobody; the slow look around of
 * the others finds it. While one such statement is under way the news gathers for the next.
 *
 * A process that is alone tells nobody. Whoever begins to listen says hello; from then on it is told, and asked to look around once.
 */
export class Notifications {
  readonly #database: Database;
  readonly #options: NotificationsOptions;
  readonly #origin = randomUUID();
  #pending = new Set<string>();
  #isTelling = false;
  /** False only when it is known that nobody listens. */
  #hasOthers = true;
  #hellos = 0;
  #client: Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #heart: NodeJS.Timeout | undefined;
  #retryMs = MIN_RETRY_MS;
  #processId: number | undefined;
  #formerId: number | undefined;
  #judgesFrom = 0;
  #isClosed = false;
  /** Is told that something of this process itself was heard. */
  #onOwn: (() => void) | undefined;

  constructor(database: Database, options: NotificationsOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** The number whose lock is held; undefined while nobody can tell whether this process lives. */
  get processId(): number | undefined {
    return this.#processId;
  }

  /** Whether this process may take others for dead: after a failure of the network they may only be late. */
  get canJudge(): boolean {
    return this.#processId !== undefined && performance.now() >= this.#judgesFrom;
  }

  /** The connection was broken, and others who lost theirs may need a moment more. */
  get isBack(): boolean {
    return Number.isFinite(this.#judgesFrom) && performance.now() < this.#judgesFrom;
  }

  /**
   * Resolves once others are heard, or when the database is away just now: then it goes on trying. Throws behind a pooler that
   * takes LISTEN and delivers nothing.
   */
  async begin(): Promise<void> {
    try {
      await this.#listen((broken) => this.#proveHearing(broken));
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      this.#tryLater();
    }
  }

  /** `prove` comes before the lock, which a pooler would keep. */
  async #listen(prove?: (broken: Promise<unknown>) => Promise<void>): Promise<void> {
    const client = this.#database.newClient();
    client.on("error", () => this.#reconnect(client));
    client.on("end", () => this.#reconnect(client));
    client.on("notification", ({ payload }) => this.#hear(payload ?? ""));
    try {
      await client.connect();
      await client.query(`LISTEN ${this.#database.channel}`);
      await prove?.(new Promise((resolve) => client.once("end", () => resolve(undefined))));
      const sql = this.#database.text("SELECT heddle.begin_process($1) AS id");
      const { rows } = await client.query(sql, [this.#formerId]);
      this.#formerId = rows[0].id;
      this.#processId = rows[0].id;
      // By this connection, not one of the pool, which may be broken and not know it: the greeting must not be lost.
      await client.query(this.#database.text(NOTIFY), [toPayloads(this.#origin, [HELLO])]);
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
    this.#retryMs = MIN_RETRY_MS;
    if (this.#isClosed) {
      await client.end();
      return;
    }
    this.#client = client;
    this.#beatLater(client);
    await this.lookForOthers();
  }

  /** A network that drops packets without a word would leave the process deaf: a connection that does not answer is left. */
  #beatLater(client: Client): void {
    const beat = { text: "SELECT 1", query_timeout: ANSWER_MS } as QueryConfig;
    this.#heart = setTimeout(() => {
      client.query(beat).then(
        () => this.#client === client && this.#beatLater(client),
        () => this.#reconnect(client),
      );
    }, BEAT_EVERY_MS);
    this.#heart.unref();
  }

  /** What another connection says has to arrive at the one that listens. */
  async #proveHearing(broken: Promise<unknown>): Promise<void> {
    const patience = new AbortController();
    const heard = new Promise<"heard">((resolve) => {
      this.#onOwn = () => resolve("heard");
    });
    try {
      await this.#database.query("SELECT pg_notify('heddle_channel', $1)", [this.#origin]);
      const late = wait(PROOF_MS, "late" as const, { signal: patience.signal }).catch(() => "late" as const);
      const outcome = await Promise.race([heard, late, broken.then(() => "broken" as const)]);
      if (outcome === "broken") throw new DatabaseUnavailableError("PostgreSQL closed the connection that listens.");
      if (outcome === "late") throw new Error(DEAF);
    } finally {
      patience.abort();
      this.#onOwn = undefined;
    }
  }

  /** Tells the other processes, soon. */
  tell(news: News): void {
    if (this.#hasOthers) this.#send(news);
  }

  /** To be called now and then: others may have gone, or come, without a word. */
  async lookForOthers(): Promise<void> {
    if (this.#processId === undefined || this.#isClosed) return;
    const hellos = this.#hellos;
    const sql = "SELECT heddle.has_other_processes($1) AS has_others";
    try {
      const { has_others } = await this.#database.queryOne<{ has_others: boolean }>(sql, [this.#processId]);
      if (has_others && !this.#hasOthers) this.#greet();
      else if (hellos === this.#hellos) this.#hasOthers = has_others;
    } catch {
      // Then they are told, whether they are there or not.
    }
  }

  #send(news: News | Greeting): void {
    if (this.#isClosed) return;
    this.#pending.add(JSON.stringify(news));
    if (!this.#isTelling) void this.#tellAll();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = undefined;
    clearTimeout(this.#heart);
    await client?.end().catch(() => {});
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    // What the same turn of the event loop says goes together.
    await Promise.resolve();
    while (this.#pending.size > 0) {
      const payloads = toPayloads(this.#origin, this.#pending);
      this.#pending = new Set();
      try {
        await this.#database.query(NOTIFY, [payloads]);
      } catch {
        // Others find out when they look around.
      }
    }
    this.#isTelling = false;
  }

  #hear(payload: string): void {
    const [origin, ...lines] = payload.split("\n");
    if (origin === this.#origin) {
      this.#onOwn?.();
      return;
    }
    for (const line of lines) this.#hearLine(JSON.parse(line) as News | Greeting);
  }

  #hearLine(news: News | Greeting): void {
    if (news.kind === "look") this.#options.onGap();
    else if (news.kind === "hello") this.#greet();
    else this.#options.onNews(news);
  }

  #greet(): void {
    this.#hasOthers = true;
    this.#hellos += 1;
    this.#send({ kind: "look" });
  }

  #reconnect(client: Client): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    clearTimeout(this.#heart);
    this.#processId = undefined;
    this.#judgesFrom = Number.POSITIVE_INFINITY;
    client.end().catch(() => {});
    this.#tryLater();
  }

  #tryLater(): void {
    if (this.#isClosed) return;
    this.#retry = setTimeout(() => {
      this.#listen().then(
        () => {
          this.#judgesFrom = performance.now() + GRACE_MS;
          this.#options.onGap();
        },
        () => this.#tryLater(),
      );
    }, this.#retryMs);
    this.#retry.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }
}

const NOTIFY = "SELECT pg_notify('heddle_channel', payload) FROM unnest($1::text[]) AS payload";

/** Lines of JSON after the line that names the sender, in as few payloads as will do. */
function toPayloads(origin: string, lines: Iterable<string>): string[] {
  const payloads: string[] = [];
  let payload = origin;
  for (const line of lines) {
    if (payload.length + line.length > MAX_PAYLOAD_LENGTH && payload !== origin) {
      payloads.push(payload);
      payload = origin;
    }
    payload += `\n${line}`;
  }
  return [...payloads, payload];
}
