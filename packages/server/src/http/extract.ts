import { ServerError } from "../errors.ts";

type Step = string | number;

/**
 * Values picked out of an object by path: keys after dots, places in lists in brackets, negative ones from the end
 * (`values.messages[-1].content`). What is not there is null.
 *
 * @throws ServerError `invalid_request` for a path that is none.
 */
export function extract(from: object, paths: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(paths).map(([alias, path]) => [alias, follow(from, parsePath(alias, path))]),
  );
}

function follow(from: object, steps: readonly Step[]): unknown {
  let value: unknown = from;
  for (const step of steps) value = typeof step === "number" ? placeOf(value, step) : keyOf(value, step);
  return value ?? null;
}

function placeOf(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value.at(index) : undefined;
}

function keyOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

const PATH = /^[^.[\]]+(\.[^.[\]]+|\[-?\d+\])*$/;

/** `a.b[-1]` → a, b, −1 */
function parsePath(alias: string, path: string): Step[] {
  if (!PATH.test(path)) {
    const message = `"${path}" is no path such as values.messages[-1].content`;
    throw new ServerError("invalid_request", `The body of the request does not fit: extract.${alias}: ${message}`, {
      issues: [{ path: `extract.${alias}`, message }],
    });
  }
  return [...path.matchAll(/\[(-?\d+)\]|[^.[\]]+/g)].map(([text, index]) =>
    index === undefined ? text : Number(index),
  );
}
