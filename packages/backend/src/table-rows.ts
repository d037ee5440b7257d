/** Rows of one table of a database, to be carried to another. */
export interface TableRows {
  table: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number | null | Uint8Array)[])[];
}
