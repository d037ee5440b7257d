import { type Lease, LeaseLostError, untilAvailable } from "@heddle/backend";
import type { Database } from "./database.ts";
import { GroupedCalls, type GroupedRow } from "./grouped-calls.ts";

/** What a call of `save_progress` has, whatever it saves. */
interface Save {
  thread_id: string;
  ns: string;
  /** Of the checkpoint. */
  id: string;
  /** Of the run that saves; undefined when it is no run. */
  lease: Lease | undefined;
}

/** A checkpoint as a row, with the pieces of its values. */
export interface SaveCheckpoint extends Save {
  parent: string | undefined;
  run: string | undefined;
  /** Ids and lengths of the values that are stored apart, as PostgreSQL writes arrays: it reads those much faster than JSON's. */
  ids: string;
  lengths: string;
  /** Values that the parent must have, up to these lengths. */
  reused: { id: number; length: number }[] | undefined;
  /** What is to be stored apart. */
  pieces: { id: number; start: number; end: number }[] | undefined;
  /** The head, the metadata, the values of the checkpoint and the writes on top of it ("" for none), then the text of each piece. */
  texts: () => readonly string[];
}

/** What a task wrote on top of a checkpoint. */
export interface SaveWrites extends Save {
  task: string;
  path: string;
  /** Where they stand among the writes of the task. */
  indexes: number[];
  /** Of each write its channel and its value. */
  texts: () => readonly string[];
}

/** stale: it takes values for those of its parent which the parent does not have. lost: the lease is. Then nothing was stored. */
export type SaveOutcome = "stored" | "stale" | "lost";

/** Saves what runs come to: checkpoints and the writes of their tasks, of many runs with one statement. */
export class Progress {
  readonly #calls: GroupedCalls<GroupedRow & { outcome: SaveOutcome }>;

  /** `isDurable`: survives not only the process, but also a loss of power at the database, once resolved. */
  constructor(database: Database, isDurable: boolean) {
    const sql = "SELECT * FROM heddle.save_progress($1, $2, $3)";
    this.#calls = new GroupedCalls({ database, sql, takesTexts: true, parameters: () => [isDurable] });
  }

  /** @throws LeaseLostError */
  async save({ lease, texts, ...saved }: SaveCheckpoint | SaveWrites): Promise<SaveOutcome> {
    const call = { ...saved, lease_run: lease?.run.runId, lease_attempt: lease?.attempt };
    const put = () => this.#calls.call(call, { group: saved.thread_id, texts });
    // A run waits for the database; a request does not. What was stored though nobody heard of it is stored once more.
    const { outcome } = await (lease === undefined ? put() : untilAvailable(put));
    if (outcome === "lost" && lease !== undefined) throw new LeaseLostError(lease.run.runId, lease.attempt);
    return outcome;
  }
}
