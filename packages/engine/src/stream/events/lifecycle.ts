import type { Namespace, ProtocolEvent } from "./protocol-event.ts";
import { normalizeNamespaceSegment } from "./subscription.ts";

export type AgentStatus = "running" | "started" | "completed" | "failed" | "interrupted";

export interface LifecycleData {
  event: AgentStatus;
  graph_name: string;
  error?: string;
}

export interface LifecycleEntry extends LifecycleData {
  namespace: Namespace;
  timestamp: number;
}

/** What the lifecycle of a run says about an event: which graphs begin before it, and which end with it. */
export class LifecycleTracker {
  /** Namespace → its graph's name, of the graphs that have begun and not ended. */
  readonly #open = new Map<string, { namespace: Namespace; name: string }>();
  readonly #known = new Set<string>();
  readonly #rootName: string;

  constructor(rootName: string) {
    this.#rootName = rootName;
  }

  begin(): LifecycleEntry {
    return entry([], { event: "running", graph_name: this.#rootName });
  }

  /** Graphs seen for the first time, outermost first. */
  before(namespace: Namespace): LifecycleEntry[] {
    const entries: LifecycleEntry[] = [];
    for (let depth = 1; depth <= namespace.length; depth++) {
      const prefix = namespace.slice(0, depth);
      const key = prefix.join("|");
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      const name = normalizeNamespaceSegment(prefix.at(-1) as string);
      this.#open.set(key, { namespace: prefix, name });
      entries.push(entry(prefix, { event: "started", graph_name: name }));
    }
    return entries;
  }

  /** A nested graph ends when the task that called it has a result. */
  after(event: ProtocolEvent): LifecycleEntry[] {
    const { namespace, data } = event.params;
    if (event.method !== "tasks" || typeof data !== "object" || data === null || !("result" in data)) return [];
    const { id, name, error } = data as unknown as { id: string; name: string; error?: { message?: string } | null };
    const key = [...namespace, `${name}:${id}`].join("|");
    const open = this.#open.get(key);
    if (open === undefined) return [];
    this.#open.delete(key);
    if (error?.message !== undefined)
      return [entry(open.namespace, { event: "failed", graph_name: open.name, error: error.message })];
    return [entry(open.namespace, { event: "completed", graph_name: open.name })];
  }

  /** The end of the run; on a failure, of everything still open, innermost first. */
  end(error?: unknown): LifecycleEntry[] {
    if (error === undefined) return [entry([], { event: "completed", graph_name: this.#rootName })];
    const message = error instanceof Error ? error.message : String(error);
    const open = [...this.#open.values()].reverse();
    return [...open, { namespace: [], name: this.#rootName }].map(({ namespace, name }) =>
      entry(namespace, { event: "failed", graph_name: name, error: message }),
    );
  }
}

function entry(namespace: Namespace, data: LifecycleData): LifecycleEntry {
  return { ...data, namespace, timestamp: Date.now() };
}
