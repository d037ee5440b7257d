// croner saves us the calendar: time zones, the hours that summer time skips or repeats, and the syntax of five fields.
import { Cron } from "croner";
import { ServerError, toError } from "../errors.ts";

/** When something is to happen again and again. */
export interface Schedule {
  /** Five fields, such as `27 15 * * *`, or a nickname such as `@daily`. */
  pattern: string;
  /** An IANA name; null for UTC. */
  timezone: string | null;
  /** Nothing happens after this time (ISO 8601). */
  endTime: string | null;
}

/**
 * The next time after `after`, as ISO 8601; null when there is none before the end.
 *
 * @throws ServerError `invalid_request` for a pattern or a time zone that is none.
 */
export function nextTime({ pattern, timezone, endTime }: Schedule, after: Date): string | null {
  const next = parse(pattern, timezone ?? "UTC", after);
  if (next === null || (endTime !== null && next.getTime() > Date.parse(endTime))) return null;
  return next.toISOString();
}

function parse(pattern: string, timezone: string, after: Date): Date | null {
  assertTimezone(timezone);
  try {
    return new Cron(pattern, { mode: "5-part", paused: true, timezone }).nextRun(after);
  } catch (thrown) {
    throw invalid("schedule", `"${pattern}" is no schedule of five fields: ${toError(thrown).message}`, thrown);
  }
}

function assertTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch (thrown) {
    throw invalid("timezone", `"${timezone}" is no time zone such as Europe/Berlin`, thrown);
  }
}

function invalid(path: string, message: string, cause: unknown): ServerError {
  const text = `The body of the request does not fit: ${path}: ${message}`;
  return new ServerError("invalid_request", text, { cause, issues: [{ path, message }] });
}
