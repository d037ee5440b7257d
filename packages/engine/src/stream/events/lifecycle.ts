import type { LifecycleCause } from "./event-data.ts";
import type { Namespace, ProtocolEvent } from "./protocol-event.ts";
import { normalizeNamespaceSegment } from "./subscription.ts";

export type AgentStatus = "running" | "started" | "completed" | "failed" | "interrupted";

export interface LifecycleData {
  event: AgentStatus;
  graph_name: string;
  cause?: LifecycleCause;
  error?: string;
}

export interface LifecycleEntry extends LifecycleData {
  namespace: Namespace;
  timestamp: number;
}

/** How a lifecycle names its graphs and errors. */
export interface LifecycleSpelling {
  initialStatus?: AgentStatus;
  getGraphName?: (namespace: Namespace) => string;
  serializeError?: (error: unknown) => string;
}

/** What the lifecycle of a run says about an event: which graphs begin before it, and which end with it. */
export class LifecycleTracker {
  /** Namespace → its graph's name, of the graphs that have begun and not ended. */
  readonly #open = new Map<string, { namespace: Namespace; name: string }>();
  readonly #known = new Set<string>();
  readonly #rootName: string;
  readonly #spelling: LifecycleSpelling;

  constructor(rootName: string, spelling: LifecycleSpelling = {}) {
    this.#rootName = rootName;
    this.#spelling = spelling;
  }

  begin(): LifecycleEntry {
    return entry([], { event: this.#spelling.initialStatus ?? "running", graph_name: this.#rootName });
  }

  /** Graphs seen for the first time, outermost first. */
  before(namespace: Namespace): LifecycleEntry[] {
    const entries: LifecycleEntry[] = [];
    for (let depth = 1; depth <= namespace.length; depth++) {
      const prefix = namespace.slice(0, depth);
      const key = prefix.join("|");
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      const name = this.#spelling.getGraphName?.(prefix) ?? normalizeNamespaceSegment(prefix.at(-1) as string);
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
    const status = error?.message === undefined ? "completed" : "failed";
    return [entry(open.namespace, { event: status, graph_name: open.name })];
  }

  /** The end of the run, and of every graph still open, innermost first. */
  end(status: AgentStatus = "completed"): LifecycleEntry[] {
    return [...this.#close("completed"), entry([], { event: status, graph_name: this.#rootName })];
  }

  /** The same for a run that failed; only the root says why. */
  fail(error: unknown): LifecycleEntry[] {
    const message = this.#spelling.serializeError?.(error) ?? (error instanceof Error ? error.message : String(error));
    return [...this.#close("failed"), entry([], { event: "failed", graph_name: this.#rootName, error: message })];
  }

  #close(event: AgentStatus): LifecycleEntry[] {
    const open = [...this.#open.values()].reverse();
    this.#open.clear();
    return open.map(({ namespace, name }) => entry(namespace, { event, graph_name: name }));
  }
}

function entry(namespace: Namespace, data: LifecycleData): LifecycleEntry {
  return { ...data, namespace, timestamp: Date.now() };
}
