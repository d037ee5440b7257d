import type { ErrorEvent, Interrupt } from "@heddle/protocol";

/** The id of an interrupt is a hash in hex; only maps of such ids answer several interrupts at once. */
const INTERRUPT_ID = /^[0-9a-f]{32}$/;

/**
 * What is wrong with an answer: it is for an interrupt that does not wait, or none waits at all. Undefined when each of the
 * answers is waited for.
 */
export function unknownAnswer(
  resume: unknown,
  waiting: Readonly<Record<string, readonly Interrupt[]>>,
): ErrorEvent | undefined {
  const ids = Object.values(waiting).flatMap((interrupts) => interrupts.map(({ id }) => id));
  const unknown = answeredIds(resume).filter((id) => !ids.includes(id));
  const error = "UnknownInterruptError";
  if (unknown.length > 0) return { error, message: `No interrupt ${unknown.join(", ")} is waiting for an answer` };
  return ids.length > 0 ? undefined : { error, message: "No interrupt is waiting for an answer" };
}

function answeredIds(resume: unknown): string[] {
  if (typeof resume !== "object" || resume === null || Array.isArray(resume)) return [];
  const keys = Object.keys(resume);
  return keys.length > 0 && keys.every((key) => INTERRUPT_ID.test(key)) ? keys : [];
}
