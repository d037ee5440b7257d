type Scalar = string | number | boolean | null;

/**
 * Which resources a caller may touch, said of their metadata. A value is `{ $eq: value }`; keys are and-ed; `$contains` asks for
 * values in a list.
 *
 * @example
 * { $or: [{ owner: user.identity }, { teams: { $contains: "red" } }] }
 */
export type AuthFilter = {
  [key: string]: Scalar | { $eq: Scalar } | { $contains: Scalar | Scalar[] } | AuthFilter[] | undefined;
} & { $or?: AuthFilter[]; $and?: AuthFilter[] };

/** What a handler answers: nothing or true allows, false refuses (403), a filter allows what passes it. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement returns void
export type AuthResult = AuthFilter | boolean | null | undefined | void;
