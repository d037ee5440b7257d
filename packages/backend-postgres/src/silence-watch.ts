import pg from "pg";

export interface SilenceWatchOptions {
  /** Whoever waits longer than this is asked about. */
  patienceMs: number;
  lookEveryMs: number;
}

const USUAL: SilenceWatchOptions = { patienceMs: 4000, lookEveryMs: 2000 };

/** How long the server has for saying whether it is there. */
export const ANSWER_MS = 5000;

interface Held {
  sinceMs: number;
  /** At the last look the server was not at work for it. */
  wasForgotten: boolean;
}

/** What a server says about the sessions of some connections. */
type Answer = { status: "away" } | { status: "unknown" } | { status: "known"; atWork: ReadonlySet<number> };

/**
 * Finds connections on which nothing will ever arrive. A network that drops packets without a word (a cable, a firewall that has
 * forgotten a connection) tells nobody, and TCP waits a quarter of an hour for what it has sent.
 *
 * That a statement takes long is no sign: removing a huge thread does, and so does waiting for its lock. So nothing is cut by the
 * clock. Of connections that are held for a while another connection, opened for it, asks the server. They are closed when the
 * server does not answer, or when it has twice not been at work for them. Who waited on them hears that PostgreSQL does not
 * answer, at most 13 seconds after it fell silent: patience, a look, an answer that does not come.
 *
 * Idle connections are replaced with them; otherwise TCP's own keepalive finds those that are lost.
 */
export class SilenceWatch {
  readonly #pool: pg.Pool;
  readonly #newClient: () => pg.Client;
  readonly #held = new Map<pg.PoolClient, Held>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(pool: pg.Pool, newClient: () => pg.Client, { patienceMs, lookEveryMs } = USUAL) {
    this.#pool = pool;
    this.#newClient = newClient;
    pool.on("acquire", (client) => this.#held.set(client, { sinceMs: performance.now(), wasForgotten: false }));
    pool.on("release", (_, client) => this.#held.delete(client));
    this.#timer = setInterval(() => void this.#look(performance.now() - patienceMs), lookEveryMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(before: number): Promise<void> {
    const waiting = [...this.#held].filter(([, { sinceMs }]) => sinceMs < before);
    if (waiting.length === 0 || this.#isLooking) return;
    this.#isLooking = true;
    const answer = await this.#ask();
    this.#isLooking = false;
    // Some may have been given back meanwhile, and taken by another.
    const held = waiting.filter(([client, each]) => this.#held.get(client) === each);
    const lost = held.filter(([client, each]) => isLost(client, each, answer));
    for (const [client] of lost) client.end().catch(() => {});
    if (lost.length > 0) this.#replaceIdle();
  }

  /** What happened to one connection has happened to those beside it: whoever takes one would find out anew. */
  #replaceIdle(): void {
    for (let count = this.#pool.idleCount; count > 0; count--) {
      this.#pool.connect().then(
        (client) => client.release(true),
        () => {},
      );
    }
  }

  async #ask(): Promise<Answer> {
    const client = this.#newClient();
    client.on("error", () => {});
    try {
      await client.connect();
      const { rows } = await client.query<SessionsRow>({ text: SESSIONS, query_timeout: ANSWER_MS } as pg.QueryConfig);
      const [row] = rows;
      // A pooler in between gives its own numbers to connections.
      return row?.own === numberOf(client) ? { status: "known", atWork: new Set(row?.at_work) } : { status: "unknown" };
    } catch (error) {
      // Too many connections, or a start: somebody has answered.
      return { status: error instanceof pg.DatabaseError ? "unknown" : "away" };
    } finally {
      client.end().catch(() => {});
    }
  }
}

interface SessionsRow {
  own: number;
  at_work: number[];
}

/** Sessions that execute something or are within a transaction. */
const SESSIONS = `SELECT pg_backend_pid() AS own, ARRAY(
  SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state IS DISTINCT FROM 'idle') AS at_work`;

function isLost(client: pg.PoolClient, held: Held, answer: Answer): boolean {
  if (answer.status !== "known") return answer.status === "away";
  const number = numberOf(client);
  const isForgotten = number !== undefined && !answer.atWork.has(number);
  const isLongForgotten = isForgotten && held.wasForgotten;
  held.wasForgotten = isForgotten;
  return isLongForgotten;
}

/** Of its session at the server; the driver's types do not say that it is there. */
function numberOf(client: pg.ClientBase): number | undefined {
  return "processID" in client && typeof client.processID === "number" ? client.processID : undefined;
}
