import { randomUUID } from "node:crypto";
import { type AccessFilter, type AccessScalar, passesAccess } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import { type OpenBackend, useWorkbench } from "./workbench.ts";

const HELD: Record<string, unknown>[] = [
  {},
  { owner: "ann" },
  { owner: "bob", teams: ["red"] },
  { owner: "ann", teams: ["red", "blue"] },
  { owner: "ann", teams: "red" },
  { owner: ["ann"] },
  { owner: { ann: true }, teams: { red: true } },
  { owner: 1, teams: [1, true, null, "1"] },
  { owner: "1" },
  { owner: true },
  { owner: 1.5, teams: [["red"]] },
  { owner: null, teams: [] },
  { owner: "x".repeat(5000) },
  { "it's": "ann", "a.b": "v", $where: "1" },
];

function equals(key: string, value: AccessScalar): AccessFilter {
  return { type: "equals", key, value };
}

function contains(...values: AccessScalar[]): AccessFilter {
  return { type: "contains", key: "teams", values };
}

const ALL = { limit: 10, offset: 0 };

const FILTERS: AccessFilter[] = [
  equals("owner", "ann"),
  equals("owner", 1),
  equals("owner", "1"),
  equals("owner", true),
  equals("owner", 1.5),
  equals("owner", null),
  equals("owner", "x".repeat(5000)),
  equals("it's", "ann"),
  equals("a.b", "v"),
  equals("$where", "1"),
  equals("constructor", null),
  equals("missing", null),
  equals("owner", "' OR '1'='1"),
  contains("red"),
  contains("red", "blue"),
  contains(1),
  contains("1"),
  contains(true),
  contains(null),
  { type: "all", filters: [equals("owner", "ann"), contains("red")] },
  { type: "any", filters: [equals("owner", "bob"), contains("blue")] },
  {
    type: "all",
    filters: [{ type: "any", filters: [equals("owner", "bob"), equals("owner", "ann")] }, contains("red")],
  },
  { type: "all", filters: [] },
  { type: "any", filters: [] },
];

/** The access filter of every search that takes one: it finds what `passesAccess` passes, nothing else. */
export function describeAccess(open: OpenBackend): void {
  describe("access", () => {
    const bench = useWorkbench(open);

    test("threads are found and counted by who may see them", async () => {
      const { threads } = bench.backend;
      for (const [name, metadata] of HELD.entries()) await bench.thread({ ...metadata, name });
      for (const access of FILTERS) {
        const page = { sortBy: "created_at", sortOrder: "asc", limit: 100, offset: 0 } as const;
        const { items, total } = await threads.search({ ...page, access });
        const found = items.map(({ metadata }) => Number(metadata.name)).sort((a, b) => a - b);
        expect({ access, found }).toEqual({ access, found: passing(access) });
        expect(total).toBe(found.length);
        expect(await threads.count({ access })).toBe(found.length);
        expect(await threads.count({ access, metadata: { name: -1 } })).toBe(0);
      }
    });

    test("a run is not for a thread that its creator may not see, nor does it make it again", async () => {
      for (const access of FILTERS) {
        for (const metadata of HELD) {
          const { threadId } = await bench.thread(metadata);
          const outcome = await bench.offer({ threadId, access, thread: "create" });
          expect(outcome.status).toBe(passesAccess(metadata, access) ? "accepted" : "thread-missing");
          if (outcome.status !== "accepted") expect(await bench.backend.runs.list(threadId, ALL)).toEqual([]);
        }
        expect((await bench.offer({ access, thread: "create" })).status).toBe("accepted");
      }
    });

    test("assistants are found and counted by who may see them", async () => {
      const { assistants } = bench.backend;
      for (const [name, metadata] of HELD.entries()) {
        await assistants.create({
          assistantId: randomUUID(),
          graphId: "agent",
          name: String(name),
          description: null,
          config: {},
          context: {},
          metadata,
          createdAt: bench.clock.iso(),
        });
      }
      for (const access of FILTERS) {
        const page = { sortBy: "created_at", sortOrder: "asc", limit: 100, offset: 0 } as const;
        const { items, total } = await assistants.search({ ...page, access });
        const found = items.map(({ name }) => Number(name)).sort((a, b) => a - b);
        expect({ access, found }).toEqual({ access, found: passing(access) });
        expect(total).toBe(found.length);
        expect(await assistants.count({ access })).toBe(found.length);
      }
    });
  });
}

function passing(access: AccessFilter): number[] {
  return HELD.flatMap((metadata, index) => (passesAccess(metadata, access) ? [index] : []));
}
