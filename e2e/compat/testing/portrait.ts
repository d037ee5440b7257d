import { isBaseMessage } from "@langchain/core/messages";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const HASH = /\b[0-9a-f]{32}\b/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
/** Numbers that differ from run to run. */
const CLOCKS = new Set(["timestamp", "elapsed", "nodeFirstAttemptTime", "createdAt", "updatedAt"]);

/**
 * What the engines need not agree on: the official one marks thrown errors with the task, keeps its own stream handlers
 * among the callbacks of a config, and reaches graphs below by `__pregel_` keys of a config.
 */
const UNTOLD = new Set(["stack", "pregelTaskId", "callbacks"]);

/**
 * A plain copy that tells everything a caller can see: classes by name, errors with their fields. A field that is undefined is
 * as good as absent.
 * Ids are numbered in the order they appear, times are gone: what two engines tell of the same program becomes equal.
 */
export function portrait(value: unknown): unknown {
  const ids = new Map<string, string>();
  const numbered = (kind: string) => (id: string) => {
    if (id === "00000000-0000-0000-0000-000000000000") return id;
    if (!ids.has(id)) ids.set(id, `<${kind}:${ids.size}>`);
    return ids.get(id) ?? id;
  };
  const text = (one: string) =>
    one
      .replaceAll(TIME, "<time>")
      .replaceAll(/elapsed: \d+ms/g, "elapsed: <clock>")
      .replaceAll(UUID, numbered("id"))
      .replaceAll(HASH, numbered("hash"));
  const seen = new Set<unknown>();

  const draw = (one: unknown, key = ""): unknown => {
    if (typeof one === "string") return text(one);
    if (typeof one === "number" && CLOCKS.has(key)) return "<clock>";
    if (one === undefined) return "<undefined>";
    if (typeof one === "function") return `<function ${one.name}>`;
    if (typeof one === "symbol" || typeof one === "bigint") return String(one);
    if (typeof one !== "object" || one === null) return one;
    if (seen.has(one)) return "<circle>";
    seen.add(one);
    const drawn = drawObject(one);
    seen.delete(one);
    return drawn;
  };

  const drawObject = (one: object): unknown => {
    if (Array.isArray(one)) return one.map((item) => draw(item));
    if (isBaseMessage(one)) return fields(one.constructor.name, messageFields(one));
    if (one instanceof Error) return fields(`Error ${one.name}`, { message: one.message, ...own(one) });
    if (one instanceof Map) return { "<Map>": [...one].map(([key, item]) => [draw(key), draw(item)]) };
    if (one instanceof Set) return { "<Set>": [...one].map((item) => draw(item)) };
    if (one instanceof Uint8Array) return drawBytes(new TextDecoder().decode(one));
    if (one instanceof AbortSignal) return `<signal ${one.aborted}>`;
    if (one instanceof Promise) return "<promise>";
    const name = Object.getPrototypeOf(one)?.constructor?.name ?? "null";
    return fields(name === "Object" ? undefined : name, own(one));
  };

  /** `event: …` and `data: …`, the latter as what it means: the order of its keys is nobody's business. */
  const drawBytes = (one: string): unknown => {
    const [, event, data] = /^event: (.*)\ndata: (.*)\n\n$/s.exec(one) ?? [];
    return data === undefined ? text(one) : { event: text(event ?? ""), data: draw(JSON.parse(data)) };
  };

  const fields = (name: string | undefined, record: Record<string, unknown>): unknown => {
    const keys = Object.keys(record)
      .filter((key) => record[key] !== undefined)
      .sort();
    const entries = keys.map((key) => [text(key), draw(record[key], key)]);
    return Object.fromEntries(name === undefined ? entries : [["<class>", name], ...entries]);
  };
  return draw(value);
}

function own(one: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(one).filter(([key]) => !UNTOLD.has(key) && !/^__pregel_(?!tasks)/.test(key)),
  );
}

function messageFields(message: object): Record<string, unknown> {
  const { lc_kwargs, lc_namespace, lc_serializable, lc_runnable, ...rest } = message as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(rest).filter(
      ([, one]) => one !== undefined && JSON.stringify(one) !== "{}" && JSON.stringify(one) !== "[]",
    ),
  );
}
