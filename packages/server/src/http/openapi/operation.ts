import type { z } from "zod";
import type { AnswerName } from "./answers.ts";

/** One route in words: what the OpenAPI document says of it. The schemas are those by which the route checks its request. */
export interface Operation {
  summary: string;
  /** What a reader would not guess from the summary. */
  description?: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** A body that may be left out. */
  isBodyOptional?: boolean;
  answer: Answer;
  /** More statuses than a route of its kind has: code → when. */
  errors?: Readonly<Record<number, string>>;
}

export type Answer =
  /** JSON of a named shape, a list of them, or any JSON. */
  | { type: "json"; schema?: AnswerName; isList?: boolean; description?: string }
  | { type: "events" }
  | { type: "text"; mediaType: string; description: string }
  | { type: "none"; status: 202 | 204 };

/** By method and path: `POST /threads/{thread_id}/runs`. */
export type Operations = Readonly<Record<string, Operation>>;

export function one(schema: AnswerName): Answer {
  return { type: "json", schema };
}

export function many(schema: AnswerName): Answer {
  return { type: "json", schema, isList: true };
}

export const NUMBER: Answer = { type: "json", description: "A number." };

export const NOTHING: Answer = { type: "none", status: 204 };
