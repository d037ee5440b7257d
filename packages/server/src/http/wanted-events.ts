import type { Context } from "hono";

/** Which events of a run a reader wants: by their modes, and by the graphs they come from; undefined for all. */
export interface WantedEvents {
  modes?: readonly string[] | undefined;
  namespaces?: readonly string[] | undefined;
}

/** A test of an event's name, such as `updates|child:1f…`; undefined when all are wanted. */
export function wantedEvents({ modes, namespaces }: WantedEvents): ((event: string) => boolean) | undefined {
  if (modes === undefined && namespaces === undefined) return undefined;
  return (event) => {
    const bar = event.indexOf("|");
    const name = bar < 0 ? event : event.slice(0, bar);
    if (ALWAYS.has(name)) return true;
    const isOfMode = modes === undefined || modes.includes(modeOf(name));
    return isOfMode && (namespaces === undefined || isOfGraph(bar < 0 ? "" : event.slice(bar + 1), namespaces));
  };
}

/**
 * The graphs a request names by `namespace`: repeated, or lists as JSON. "" is the root graph, so it is not absent here as empty
 * values are elsewhere.
 */
export function readNamespaces(context: Context): string[] | undefined {
  const values = context.req.queries("namespace");
  return values === undefined ? undefined : values.flatMap(fromJson);
}

/** Events that belong to no mode. */
const ALWAYS = new Set(["metadata", "error", "feedback", "end"]);

function modeOf(name: string): string {
  if (name === "messages") return "messages-tuple";
  return name.startsWith("messages/") ? "messages" : name;
}

/** A graph is named by its namespace, `child:<task id>`, or without the ids of tasks: then each of its calls is meant. */
function isOfGraph(namespace: string, wanted: readonly string[]): boolean {
  return wanted.includes(namespace) || wanted.includes(withoutTaskIds(namespace));
}

function withoutTaskIds(namespace: string): string {
  const segments = namespace.split("|").filter((segment) => !/^\d+$/.test(segment));
  return segments.map((segment) => segment.split(":")[0]).join("|");
}

function fromJson(text: string): string[] {
  if (!text.startsWith("[")) return [text];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map(String) : [text];
  } catch {
    return [text];
  }
}
