/** One page of a search. */
export interface Page<T> {
  items: T[];
  /** How many match in all, whatever limit and offset. */
  total: number;
}

export interface PageRequest {
  limit: number;
  offset: number;
}
