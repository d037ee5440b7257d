import { toJsonSchema, Validator } from "@langchain/core/utils/json_schema";
import { interopParse, isInteropZodSchema } from "@langchain/core/utils/types";
import { _markInvalidResume } from "../error-guards.ts";
import type { InterruptOptions } from "./interrupt-options.ts";

/** The schema of a question's answer as JSON schema, for clients; undefined when any answer will do. */
export function responseSchemaJson(options: InterruptOptions | undefined): object | undefined {
  const schema = options?.responseSchema;
  if (schema === undefined) return undefined;
  return isInteropZodSchema(schema) ? toJsonSchema(schema) : schema;
}

/** The answer as the schema makes it. An answer that does not fit throws an error marked as an invalid resume. */
export function parseResponse(answer: unknown, options: InterruptOptions | undefined): unknown {
  const schema = options?.responseSchema;
  if (schema === undefined) return answer;
  try {
    if (isInteropZodSchema(schema)) return interopParse(schema, answer);
    const { valid, errors } = new Validator(schema as ConstructorParameters<typeof Validator>[0]).validate(answer);
    if (!valid) throw new Error(`The answer does not fit the schema: ${errors.map((e) => e.error).join("; ")}`);
    return answer;
  } catch (error) {
    _markInvalidResume(error);
    throw error;
  }
}
