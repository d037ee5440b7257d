import type { Item, SearchItem, Store } from "@heddle/checkpoint";
import type { Item as WireItem, SearchItem as WireSearchItem } from "@heddle/protocol";
import { Hono } from "hono";
import type { ServerTools } from "../../server-tools.ts";
import { readBody, readQuery } from "../request-input.ts";
import { itemKey, itemPut, itemQuery, itemSearch, namespaceList } from "../schemas/store.ts";

/** `/store`: long-term memory, the same store that graphs get. */
export function storeRoutes({ backend }: ServerTools): Hono {
  const store: Store = backend.store;
  const routes = new Hono();

  routes.put("/items", async (context) => {
    const { namespace, key, value, index } = await readBody(context, itemPut);
    await store.put(namespace, key, value, index);
    return context.body(null, 204);
  });
  routes.get("/items", async (context) => {
    const { namespace, key } = readQuery(context, itemQuery);
    const item = await store.get(namespace ?? [], key);
    return context.json(item === null ? null : toItem(item));
  });
  routes.delete("/items", async (context) => {
    const isInQuery = context.req.query("key") !== undefined;
    const { namespace, key } = isInQuery ? readQuery(context, itemQuery) : await readBody(context, itemKey);
    await store.delete(namespace ?? [], key);
    return context.body(null, 204);
  });
  routes.post("/items/search", async (context) => {
    const { namespace_prefix, filter, limit, offset, query } = await readBody(context, itemSearch);
    const items = await store.search(namespace_prefix ?? [], {
      limit,
      offset,
      ...(filter === undefined ? {} : { filter }),
      ...(query === undefined ? {} : { query }),
    });
    return context.json({ items: items.map(toSearchItem) });
  });
  routes.post("/namespaces", async (context) => {
    const { prefix, suffix, max_depth, limit, offset } = await readBody(context, namespaceList);
    const namespaces = await store.listNamespaces({
      limit,
      offset,
      ...(prefix === undefined ? {} : { prefix }),
      ...(suffix === undefined ? {} : { suffix }),
      ...(max_depth === undefined ? {} : { maxDepth: max_depth }),
    });
    return context.json({ namespaces });
  });
  return routes;
}

function toItem({ namespace, key, value, createdAt, updatedAt }: Item): WireItem {
  return { namespace, key, value, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() };
}

function toSearchItem(item: SearchItem): WireSearchItem {
  return { ...toItem(item), score: item.score ?? null };
}
