import { Recent } from "@heddle/backend";
import type { ChannelVersions } from "@heddle/checkpoint";
import type { StoredValues } from "./channel-values.ts";
import type { CheckpointThread } from "./checkpoint-threads.ts";

/** A checkpoint as it is selected; the last two columns are JSON of the writes on top of it. */
export type CheckpointColumns = [
  checkpointId: string,
  parentId: string | null,
  head: string,
  metadata: string,
  values: string,
  ownWrites: string,
  laterWrites: string,
];

/** The checkpoint that was written or read last, of one graph of one thread: what the next one needs to know of its parent. */
export interface LatestCheckpoint {
  thread: CheckpointThread;
  checkpointId: string;
  versions: ChannelVersions;
  values: StoredValues;
  /** Known to be: others may have been written that nobody has read. */
  isNewest: boolean;
  /** All of it, if it is the newest and known to have no writes on top. */
  columns: CheckpointColumns | undefined;
}

type Known = Omit<LatestCheckpoint, "isNewest" | "columns">;

/** As JSON. */
export const NO_WRITES = "[]";
/** Of what is kept in memory, in characters. */
const MAX_KEPT_LENGTH = 8_000_000;
/** What an entry takes beside its texts. */
const ENTRY_LENGTH = 2000;

/**
 * The latest checkpoints, in memory, so that a run which goes on where the former one ended need not read it. Ids grow and are
 * never given again, so whoever writes the checkpoint after the newest has the newest. Writes may be stored before the checkpoint
 * they are on: then its columns are in the file only.
 */
export class LatestCheckpoints {
  readonly #known = new Recent<LatestCheckpoint>(MAX_KEPT_LENGTH);
  /** The last checkpoint of all that has writes beside its row, perhaps before it was put. */
  #lastWithRows = "";

  get(key: string): LatestCheckpoint | undefined {
    return this.#known.get(key);
  }

  /** The newest checkpoint was read. */
  setRead(key: string, known: Known, columns: CheckpointColumns): void {
    this.#set(
      key,
      { ...known, isNewest: true, columns: columns[5] === NO_WRITES && columns[6] === NO_WRITES ? columns : undefined },
      columns,
    );
  }

  /** A checkpoint was written, which is the newest if it follows a newest one. */
  setWritten(key: string, known: Known, columns: CheckpointColumns): void {
    const former = this.#known.get(key);
    const isNewest = former?.isNewest === true && former.checkpointId < known.checkpointId;
    const isBare = isNewest && !this.mayHaveRows(known.checkpointId);
    this.#set(key, { ...known, isNewest, columns: isBare ? columns : undefined }, columns);
  }

  /** Something was written on top of a checkpoint, into its row or beside it. */
  noteWrites(key: string, checkpointId: string, isBeside: boolean): void {
    const latest = this.#known.get(key);
    if (latest?.checkpointId === checkpointId) latest.columns = undefined;
    if (isBeside && checkpointId > this.#lastWithRows) this.#lastWithRows = checkpointId;
  }

  /** Whether there may be writes on top of a checkpoint that have rows of their own. */
  mayHaveRows(checkpointId: string): boolean {
    return checkpointId <= this.#lastWithRows;
  }

  delete(key: string): void {
    this.#known.delete(key);
  }

  clear(): void {
    this.#known.clear();
  }

  #set(key: string, latest: LatestCheckpoint, [, , head, metadata, values]: CheckpointColumns): void {
    this.#known.set(key, latest, ENTRY_LENGTH + head.length + metadata.length + values.length);
  }
}
