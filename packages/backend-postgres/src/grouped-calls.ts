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
  /** Calls of one group go in one statement as far as there is room, one after the other: what they lock is locked once. */
  group?: string;
  /** What is long, beside the JSON; see toTextArray. Asked for once, when the call is about to go: until then it may change. */
  texts?: () => readonly string[];
}

/** What one statement carries at most. */
const MAX_CALLS = 200;
const MAX_CHARACTERS = 1_000_000;

/** After a statement with this many calls the next one lingers until as many wait, at most this many turns of the event loop. */
const BUSY_CALLS = 8;
const LINGER_TURNS = 4;

interface Call<Row> {
  text: string;
  texts: () => readonly string[];
  /** Once it is asked for. */
  knownTexts?: readonly string[];
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
  /** By group; a call without one is alone. */
  readonly #waiting = new Map<unknown, Call<Row>[]>();
  #waitingCalls = 0;
  #isSending = false;
  #formerCalls = 0;

  constructor(options: GroupedCallsOptions) {
    this.#options = options;
  }

  call(argument: object, { group, texts = none }: CallOptions = {}): Promise<Row> {
    const text = JSON.stringify(argument);
    const begin = () =>
      new Promise<Row>((resolve, reject) => {
        this.#wait({ text, texts, resolve, reject }, group);
        if (!this.#isSending) void this.#sendAll();
      });
    return this.#options.database.track(begin);
  }

  #wait(call: Call<Row>, group: string | undefined): void {
    const others = this.#waiting.get(group ?? call);
    if (others === undefined) this.#waiting.set(group ?? call, [call]);
    else others.push(call);
    this.#waitingCalls += 1;
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    while (this.#waitingCalls > 0) {
      await setImmediate();
      await this.#linger();
      const calls = this.#take();
      this.#formerCalls = calls.length;
      await this.#send(calls);
    }
    this.#isSending = false;
  }

  async #linger(): Promise<void> {
    if (this.#formerCalls < BUSY_CALLS) return;
    for (let turn = 0; turn < LINGER_TURNS && this.#waitingCalls < this.#formerCalls; turn++) await setImmediate();
  }

  /** Whole groups, those that wait longest first; of the first one as much as there is room for. */
  #take(): Call<Row>[] {
    const taken: Call<Row>[] = [];
    let characters = 0;
    for (const [group, calls] of this.#waiting) {
      let fitting = 0;
      for (const call of calls) {
        const count = taken.length + fitting;
        const sum = characters + lengthOf(call);
        if (count > 0 && (count === MAX_CALLS || sum > MAX_CHARACTERS)) break;
        fitting += 1;
        characters = sum;
      }
      if (fitting < calls.length && taken.length > 0) break;
      if (fitting === calls.length) this.#waiting.delete(group);
      taken.push(...calls.splice(0, fitting));
    }
    this.#waitingCalls -= taken.length;
    return taken;
  }

  /** Never rejects. */
  async #send(calls: readonly Call<Row>[]): Promise<void> {
    const { database, sql, takesTexts, parameters } = this.#options;
    try {
      const argument = `[${calls.map(({ text }) => text).join()}]`;
      const texts = takesTexts ? [toTextArray(calls.flatMap(textsOf))] : [];
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

function textsOf(call: Call<never>): readonly string[] {
  call.knownTexts ??= call.texts();
  return call.knownTexts;
}

function lengthOf(call: Call<never>): number {
  return textsOf(call).reduce((total, { length }) => total + length, call.text.length);
}

function none(): readonly string[] {
  return [];
}
