import type { CheckpointRow, FoundCheckpoint } from "./checkpoint-row.ts";
import type { Database } from "./database.ts";
import { GroupedCalls, type GroupedRow } from "./grouped-calls.ts";

/** Which graph of which thread. */
export interface CheckpointScope {
  threadId: string;
  ns: string;
}

/** Reads checkpoints one by one, those of many runs with one statement. */
export class CheckpointReader {
  readonly #reads: GroupedCalls<GroupedRow & FoundCheckpoint>;

  constructor(database: Database) {
    this.#reads = new GroupedCalls({ database, sql: "SELECT * FROM heddle.read_checkpoints($1)" });
  }

  /** The named checkpoint, or without an id the latest one. */
  async read({ threadId, ns }: CheckpointScope, id: string | undefined): Promise<CheckpointRow | undefined> {
    const row = await this.#reads.call({ thread_id: threadId, ns, id });
    return row.checkpoint_id === null ? undefined : row;
  }
}
