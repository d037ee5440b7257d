/** The parts of Standard Schema that the engine uses: validation, and the description as JSON schema. */
export interface SerializableSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema?: {
      readonly input: (options: { target: string }) => Record<string, unknown>;
      readonly output?: (options: { target: string }) => Record<string, unknown>;
    };
  };
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

function standardOf(schema: unknown): Record<string, unknown> | undefined {
  if ((typeof schema !== "object" && typeof schema !== "function") || schema === null) return undefined;
  if (!("~standard" in schema) || typeof schema["~standard"] !== "object" || schema["~standard"] === null)
    return undefined;
  return schema["~standard"] as Record<string, unknown>;
}

/** Whether a value can validate others by the Standard Schema contract. */
export function isStandardSchema<Input = unknown, Output = Input>(
  schema: unknown,
): schema is SerializableSchema<Input, Output> {
  return typeof standardOf(schema)?.validate === "function";
}

/** Whether a schema can also describe itself as JSON schema. */
export function isSerializableSchema<Input = unknown, Output = Input>(
  schema: unknown,
): schema is SerializableSchema<Input, Output> {
  const jsonSchema = standardOf(schema)?.jsonSchema as { input?: unknown } | undefined;
  return isStandardSchema(schema) && typeof jsonSchema?.input === "function";
}

/** The schema's input as JSON schema draft-07; undefined when it cannot describe itself. */
export function getJsonSchemaFromSchema(schema: unknown): Record<string, unknown> | undefined {
  if (!isSerializableSchema(schema)) return undefined;
  try {
    return schema["~standard"].jsonSchema?.input({ target: "draft-07" });
  } catch {
    // Schemas with transforms or custom types cannot always be described.
    return undefined;
  }
}

/** Whether a field may be left out: its schema accepts `undefined`. */
export function acceptsUndefined(schema: SerializableSchema): boolean {
  try {
    const result = schema["~standard"].validate(undefined);
    return !(result instanceof Promise) && result.issues === undefined;
  } catch {
    return false;
  }
}

/** What makes a field's default; undefined when `undefined` is not a valid input, or validation is asynchronous. */
export function getSchemaDefaultGetter(schema: unknown): (() => unknown) | undefined {
  if (!isStandardSchema(schema)) return undefined;
  try {
    const result = schema["~standard"].validate(undefined);
    if (result instanceof Promise || result.issues !== undefined) return undefined;
    if (result.value === undefined) return undefined;
  } catch {
    return undefined;
  }
  // Validated anew each time, so that two runs never share a mutable default.
  return () => {
    const result = schema["~standard"].validate(undefined);
    return "value" in result ? result.value : undefined;
  };
}
