import type { Namespace } from "./protocol-event.ts";

/** What is looked at of an event to tell whether somebody subscribed to it. */
export interface MatchableEvent {
  readonly method: string;
  readonly seq?: number;
  readonly params: { readonly namespace?: Namespace; readonly data?: unknown };
}

export interface Subscription {
  channels: readonly string[];
  /** Only events below one of these. */
  namespaces?: readonly Namespace[];
  /** How many levels below. */
  depth?: number;
  /** Only events after this one. */
  since?: number;
}

export const SUPPORTED_CHANNELS: ReadonlySet<string> = new Set([
  "values",
  "updates",
  "messages",
  "tools",
  "custom",
  "tasks",
  "checkpoints",
  "lifecycle",
  "input",
]);

export function isSupportedChannel(value: string): boolean {
  return SUPPORTED_CHANNELS.has(value) || value.startsWith("custom:");
}

/** The channel of an event; undefined for events of no channel. */
export function inferChannel(event: MatchableEvent): string | undefined {
  if (event.method === "input.requested") return "input";
  if (event.method === "custom") {
    const { data } = event.params;
    const name = typeof data === "object" && data !== null && "name" in data ? data.name : undefined;
    return typeof name === "string" ? `custom:${name}` : "custom";
  }
  return isSupportedChannel(event.method) ? event.method : undefined;
}

/** `agent:id` → `agent`. */
export function normalizeNamespaceSegment(segment: string): string {
  return segment.split(":")[0] as string;
}

/** Whether a namespace lies below a prefix; a segment of the prefix without an id stands for all ids. */
export function isPrefixMatch(namespace: Namespace, prefix: Namespace): boolean {
  if (prefix.length > namespace.length) return false;
  return prefix.every((segment, i) => {
    const own = namespace[i] as string;
    return segment === own || (!segment.includes(":") && segment === normalizeNamespaceSegment(own));
  });
}

export function matchesSubscription(event: MatchableEvent, subscription: Subscription): boolean {
  const { channels, namespaces, depth, since } = subscription;
  if (since !== undefined && event.seq !== undefined && event.seq <= since) return false;
  const channel = inferChannel(event);
  if (channel === undefined) return false;
  const isCustom = channel.startsWith("custom:") && channels.includes("custom");
  if (!channels.includes(channel) && !isCustom) return false;
  const namespace = event.params.namespace ?? [];
  if (namespaces === undefined || namespaces.length === 0) return depth === undefined || namespace.length <= depth;
  return namespaces.some(
    (prefix) => isPrefixMatch(namespace, prefix) && (depth === undefined || namespace.length - prefix.length <= depth),
  );
}
