const SPOKEN_OPERATORS: [pattern: RegExp, operator: string][] = [
  [/\bplus\b/gi, "+"],
  [/\bminus\b/gi, "-"],
  [/\b(?:times|multiplied by)\b|[×·]/gi, "*"],
  [/\b(?:divided by|over)\b|÷/gi, "/"],
  [/\bto the power of\b/gi, "^"],
  [/(?<=\d)\s*x\s*(?=\d)/gi, " * "],
];

/** What to compute in "what is 12 times 7?": `12 * 7`. undefined when nothing is asked to be computed. */
export function findExpression(question: string): string | undefined {
  const written = SPOKEN_OPERATORS.reduce((text, [pattern, operator]) => text.replace(pattern, operator), question);
  const candidates = written.match(/[-(.\d][-+*/%^().\d\s]*[).\d]/g) ?? [];
  return candidates
    .map((candidate) => candidate.trim().replace(/\.+$/, ""))
    .filter((candidate) => /\d\s*\)*\s*[-+*/%^]+\s*[-(]*\s*[.\d]/.test(candidate))
    .sort((a, b) => b.length - a.length)[0];
}
