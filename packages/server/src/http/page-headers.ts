import type { Page, PageRequest } from "@heddle/backend";

/** Where the next page begins, and how many there are in all. */
export function pageHeaders(page: Page<unknown>, { limit, offset }: PageRequest): Record<string, string> {
  const next = offset + limit;
  return {
    "x-pagination-total": String(page.total),
    ...(next < page.total ? { "x-pagination-next": String(next) } : {}),
  };
}
