/**
 * The body of every error answer. `detail` and `message` hold the same text, because the official JavaScript client reads the
 * one and the Python client the other.
 */
export interface Problem {
  detail: string;
  message: string;
  code: string;
  /** With a body or query that does not fit: where, and what was expected. */
  issues?: { path: string; message: string }[];
}
