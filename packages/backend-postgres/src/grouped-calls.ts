import { setImmediate } from "node:timers/promises";
import { DatabaseUnavailableError } from "@heddle/backend";
import type { Database } from "./database.ts";
import { toTextArray } from "./text-array.ts";

/** What a function of the database answers to one of the calls it was given. */
export interface GroupedRow {
  /** Somebody else works on this thread just now: nothing was done, the call is to be made alone, where it can wait. */
  is_locked?: boolean;
}

export interface GroupedCallsOptions {
  database: Database;
  /** Calls the function with a JSON array of calls as $1; it gives one row for each, in their order. */
  sql: string;
  /** The texts of all calls, one after the other, are $2. */
  takesTexts?: boolean;
  /** The parameters after these, when the statement is sent. */
  parameters?: () => unknown[];
}

export interface CallOptions {
  /** Calls of one group follow each other within a statement: what they lock is locked once. */
  group?: string;
  /** What is long, beside the JSON; see toTextArray. */
  texts?: readonly string[];
}

/** What one statement carries at most. */
const MAX_CALLS = 200;
const MAX_CHARACTERS = 1_000_000;

/** After a statement with this many calls the next one is waited for this many turns of the event loop longer, so that more join. */
const BUSY_CALLS = 8;
const LINGER_TURNS = 4;

interface Call<Row> {
  text: string;
  texts: readonly string[];
  group: string;
  resolve(row: Row): void;
  reject(error: unknown): void;
}

/**
 * Calls of one function of the database by many runs at once: those of one turn of the event loop, and those that come while a
 * statement is under way, go together in the next one. So a busy process pays the round trip, the plan and the flush to the
 * disk once for many, and lingers a little for more; a quiet one waits for nothing.
 *
 * All calls of a statement are one transaction. If one fails, each is made again alone, so that it fails for itself only. A call
 * whose thread is locked by somebody else is passed over by the function and made alone as well, so that nobody waits for a thread
 * that is not his own.
 */
export class GroupedCalls<Row extends GroupedRow> {
  readonly #options: GroupedCallsOptions;
  #waiting: Call<Row>[] = [];
  #isSending = false;
  #formerCalls = 0;

  constructor(options: GroupedCallsOptions) {
    this.#options = options;
  }

  call(argument: object, { group = "", texts = [] }: CallOptions = {}): Promise<Row> {
    const text = JSON.stringify(argument);
    const begin = () =>
      new Promise<Row>((resolve, reject) => {
        this.#waiting.push({ text, texts, group, resolve, reject });
        if (!this.#isSending) void this.#sendAll();
      });
    return this.#options.database.track(begin);
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    while (this.#waiting.length > 0) {
      const turns = this.#formerCalls >= BUSY_CALLS ? 1 + LINGER_TURNS : 1;
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      const calls = this.#take();
      this.#formerCalls = calls.length;
      await this.#send(calls);
    }
    this.#isSending = false;
  }

  #take(): Call<Row>[] {
    let count = 0;
    let characters = 0;
    for (const { text, texts } of this.#waiting) {
      characters += texts.reduce((total, { length }) => total + length, text.length);
      if (count > 0 && (count === MAX_CALLS || characters > MAX_CHARACTERS)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count).sort(byGroup);
  }

  /** Never rejects. */
  async #send(calls: readonly Call<Row>[]): Promise<void> {
    const { database, sql, takesTexts, parameters } = this.#options;
    try {
      const argument = `[${calls.map(({ text }) => text).join()}]`;
      const texts = takesTexts ? [toTextArray(calls.flatMap((call) => call.texts))] : [];
      const rows = await database.query<Row>(sql, [argument, ...texts, ...(parameters?.() ?? [])]);
      for (const [index, call] of calls.entries()) this.#answer(call, rows[index], calls.length);
    } catch (error) {
      const isOfCall = calls.length > 1 && !(error instanceof DatabaseUnavailableError);
      for (const call of calls) {
        if (isOfCall) void this.#send([call]);
        else call.reject(error);
      }
    }
  }

  #answer(call: Call<Row>, row: Row | undefined, count: number): void {
    if (row === undefined)
      call.reject(new Error(`The statement "${this.#options.sql}" left a call without an answer.`));
    else if (row.is_locked && count > 1) void this.#send([call]);
    else call.resolve(row);
  }
}

/** Sorting is stable: within a group the order stays. */
function byGroup(a: { group: string }, b: { group: string }): number {
  return a.group < b.group ? -1 : Number(a.group > b.group);
}
