import { randomUUID } from "node:crypto";
import type { ApiKeyRecord } from "@heddle/backend";
import { describe, expect, test } from "vitest";
import { type OpenBackend, useWorkbench } from "./workbench.ts";

/** The contract of ApiKeys. */
export function describeApiKeys(open: OpenBackend): void {
  describe("API keys", () => {
    const bench = useWorkbench(open);

    async function create(part: Partial<ApiKeyRecord> = {}): Promise<ApiKeyRecord> {
      const key: ApiKeyRecord = {
        keyId: randomUUID(),
        hash: randomUUID(),
        hint: "wxyz",
        identity: "ann",
        name: 'Ann\'s "laptop"',
        permissions: ["threads:read", "it's"],
        createdAt: bench.clock.iso(),
        expiresAt: null,
        revokedAt: null,
        ...part,
      };
      await bench.backend.apiKeys.create(key);
      return key;
    }

    test("are found by their hash, as they were created", async () => {
      const key = await create({ expiresAt: bench.clock.iso(1000) });
      await create();
      expect(await bench.backend.apiKeys.find(key.hash)).toEqual(key);
      expect(await bench.backend.apiKeys.find("unknown")).toBeUndefined();
    });

    test("are listed newest first", async () => {
      const [first, second] = [await create(), await create()];
      expect(await bench.backend.apiKeys.list()).toEqual([second, first]);
    });

    test("are revoked once, and known all the same", async () => {
      const key = await create();
      const revokedAt = bench.clock.iso(5);
      expect(await bench.backend.apiKeys.revoke(key.keyId, revokedAt)).toBe(true);
      expect(await bench.backend.apiKeys.revoke(key.keyId, bench.clock.iso(9))).toBe(false);
      expect(await bench.backend.apiKeys.revoke(randomUUID(), revokedAt)).toBe(false);
      expect(await bench.backend.apiKeys.find(key.hash)).toEqual({ ...key, revokedAt });
    });
  });
}
