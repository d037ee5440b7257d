import { itemKey, itemPut, itemQuery, itemSearch, namespaceList } from "../schemas/store.ts";
import { NOTHING, type Operations, one } from "./operation.ts";

export const STORE_OPERATIONS: Operations = {
  "PUT /store/items": { summary: "Write an item", body: itemPut, answer: NOTHING },
  "GET /store/items": {
    summary: "Read an item",
    description: "null when there is none. The namespace is one text with dots, or repeated.",
    query: itemQuery,
    answer: one("Item"),
  },
  "DELETE /store/items": { summary: "Remove an item", body: itemKey, answer: NOTHING },
  "POST /store/items/search": { summary: "Search items below a namespace", body: itemSearch, answer: one("Items") },
  "POST /store/namespaces": { summary: "List namespaces", body: namespaceList, answer: one("Namespaces") },
};
