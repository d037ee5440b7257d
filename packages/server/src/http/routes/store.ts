import type { Item, SearchItem } from "@heddle/checkpoint";
import type { Item as WireItem, SearchItem as WireSearchItem } from "@heddle/protocol";
import { type Context, Hono } from "hono";
import type { AuthEvent } from "../../auth/auth-event.ts";
import { guardStore, type ReachableStore } from "../../auth/guarded-store.ts";
import type { ServerTools } from "../../server-tools.ts";
import { callerOf } from "../caller-of.ts";
import { readBody, readQuery } from "../request-input.ts";
import { itemKey, itemPut, itemQuery, itemSearch, namespaceList } from "../schemas/store.ts";

/** `/store`: long-term memory, the same store that graphs get. */
export function storeRoutes(tools: ServerTools): Hono {
  const routes = new Hono();

  /** What is asked for as the handlers changed it, and the store as the caller may use it. */
  async function authorize<V extends object>(
    context: Context,
    event: AuthEvent,
    asked: V,
  ): Promise<{ value: V; store: ReachableStore }> {
    const { value, access } = await callerOf(context, tools).authorize(event, asked);
    return { value, store: guardStore(tools.backend.store, access) };
  }

  routes.put("/items", async (context) => {
    const { value: item, store } = await authorize(context, "store:put", await readBody(context, itemPut));
    await store.put(item.namespace, item.key, item.value, item.index, { ttlMinutes: item.ttl });
    return context.body(null, 204);
  });
  routes.get("/items", async (context) => {
    const { namespace, key, refresh_ttl } = readQuery(context, itemQuery);
    const { value, store } = await authorize(context, "store:get", { namespace: namespace ?? [], key });
    const item = await store.get(value.namespace, value.key, { refreshTtl: refresh_ttl });
    return context.json(item === null ? null : toItem(item));
  });
  routes.delete("/items", async (context) => {
    const isInQuery = context.req.query("key") !== undefined;
    const { namespace, key } = isInQuery ? readQuery(context, itemQuery) : await readBody(context, itemKey);
    const { value, store } = await authorize(context, "store:delete", { namespace: namespace ?? [], key });
    await store.delete(value.namespace, value.key);
    return context.body(null, 204);
  });
  routes.post("/items/search", async (context) => {
    const { namespace_prefix, ...asked } = await readBody(context, itemSearch);
    const namespaced = { namespace: namespace_prefix ?? [], ...asked };
    const { value, store } = await authorize(context, "store:search", namespaced);
    const { namespace, filter, limit, offset, query, refresh_ttl } = value;
    const items = await store.search(namespace, {
      limit,
      offset,
      refreshTtl: refresh_ttl,
      ...(filter === undefined ? {} : { filter }),
      ...(query === undefined ? {} : { query }),
    });
    return context.json({ items: items.map(toSearchItem) });
  });
  routes.post("/namespaces", async (context) => {
    const { prefix, ...asked } = await readBody(context, namespaceList);
    const { value, store } = await authorize(context, "store:list_namespaces", { namespace: prefix ?? [], ...asked });
    const { namespace, suffix, max_depth, limit, offset } = value;
    const namespaces = await store.listNamespaces({
      limit,
      offset,
      prefix: namespace,
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
