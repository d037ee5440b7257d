const VARIABLES = ["LANGGRAPH_API_KEY", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY"] as const;

/**
 * The key to send: the one given; with `undefined` the first of LANGGRAPH_API_KEY, LANGSMITH_API_KEY and LANGCHAIN_API_KEY that
 * is set; with `null` none.
 */
export function getApiKey(apiKey?: string | null): string | undefined {
  if (apiKey !== undefined) return apiKey || undefined;
  // A browser has no process.
  const environment = globalThis.process?.env ?? {};
  for (const variable of VARIABLES) {
    const value = unquoted(environment[variable]);
    if (value) return value;
  }
  return undefined;
}

/** Keys pasted into shells and .env files often keep their quotes. */
function unquoted(value: string | undefined): string | undefined {
  return value?.trim().replace(/^(["'])(.*)\1$/, "$2");
}
