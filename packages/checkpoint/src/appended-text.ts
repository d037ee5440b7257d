/**
 * The text of a list that is another list with items after it, stored as what was added. A list that grows for N steps is so kept
 * in O(N) bytes instead of O(N²). Exact whatever the text means: only texts that begin alike are stored so.
 *
 * @example
 * "[1,2,3]" after "[1,2]" → { before: "[1,2]", added: ",3" }
 */
export interface AppendedText {
  readonly before: ListText;
  readonly added: string;
}

export type ListText = string | AppendedText;

/** Below this, an object costs more than the text it saves. */
const MIN_LENGTH = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The text by what it adds to an earlier one, if it does. */
export function appendTo(before: ListText | undefined, text: string): ListText {
  if (before === undefined || text.length < MIN_LENGTH || !text.endsWith("]")) return text;
  if (typeof before === "string" && !before.endsWith("]")) return text;
  const open = openText(before);
  if (open.length < MIN_LENGTH || !text.startsWith(open)) return text;
  return { before, added: copied(text.slice(open.length, -1)) };
}

export function wholeText(text: ListText): string {
  return typeof text === "string" ? text : `${openText(text)}]`;
}

/** The text without its last bracket. */
function openText(text: ListText): string {
  const added: string[] = [];
  let at = text;
  for (; typeof at !== "string"; at = at.before) added.push(at.added);
  return at.slice(0, -1) + added.reverse().join("");
}

/** A slice keeps the text it was cut from in memory; a copy does not. JSON has no lone surrogates, so nothing is lost. */
function copied(slice: string): string {
  return decoder.decode(encoder.encode(slice));
}
