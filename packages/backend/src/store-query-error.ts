/** A search of the store that cannot be answered, whatever is in it: the one who asks has to ask otherwise. */
export class StoreQueryError extends Error {
  override name = "StoreQueryError";
}
