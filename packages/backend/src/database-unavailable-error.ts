/**
 * The database cannot be reached, or cannot be written (its disk is full or read-only). A change that was asked for may have been
 * made, unless its error says that nothing was written. The same call may succeed later: nothing else is wrong with it.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name = "DatabaseUnavailableError";
}
