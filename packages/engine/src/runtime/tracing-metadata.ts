const SECRET = /key|token|secret|password|auth/i;

/**
 * What only a LangSmith tracer adds to the metadata of its runs: simple values of `configurable`, without the engine's own
 * keys, whatever may be a secret, and what `context` says already.
 */
export function tracingMetadata(
  configurable: Readonly<Record<string, unknown>>,
  context: unknown,
): Record<string, unknown> | undefined {
  let metadata: Record<string, unknown> | undefined;
  for (const key of Object.keys(configurable)) {
    const value = configurable[key];
    const isSimple = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (!isSimple || key.startsWith("__") || SECRET.test(key) || isAlias(context, key, value)) continue;
    metadata ??= {};
    metadata[key] = value;
  }
  return metadata;
}

function isAlias(context: unknown, key: string, value: unknown): boolean {
  return (
    typeof context === "object" &&
    context !== null &&
    Object.hasOwn(context, key) &&
    (context as Record<string, unknown>)[key] === value
  );
}
