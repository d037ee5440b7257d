import { Auth } from "@langchain/langgraph-sdk/auth";

/**
 * Whoever names themselves is let in; searches are filtered as the header x-filter says. Otherwise nobody may do anything, but
 * everything with threads, but not delete them.
 */
export const auth = new Auth()
  .authenticate(async (request: Request) => ({
    identity: request.headers.get("x-name") ?? "nobody",
    permissions: [],
    filter: JSON.parse(request.headers.get("x-filter") ?? "null"),
  }))
  .on("*", () => false)
  .on("threads", () => true)
  .on("threads:delete", () => false)
  .on(
    "threads:search",
    ({ user }) => (user as unknown as { filter: Record<string, string> | null }).filter ?? undefined,
  );
