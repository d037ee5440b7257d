const LONGEST_EXPRESSION = 500;

/**
 * Computes numbers with + - * / % ^ and parentheses, as JavaScript would, without running anything as code. Grammar, weakest
 * binding first:
 *
 *   sum     = product { ("+" | "-") product }
 *   product = signed { ("*" | "/" | "%") signed }
 *   signed  = ("+" | "-") signed | power
 *   power   = operand [ "^" signed ]           (binds to the right: 2^3^2 is 2^9)
 *   operand = number | "(" sum ")"
 */
export function calculate(expression: string): number {
  if (expression.length > LONGEST_EXPRESSION)
    throw new Error(`An expression may have ${LONGEST_EXPRESSION} characters.`);
  const reader = new TokenReader(expression);
  const result = sum(reader);
  reader.expectEnd();
  if (!Number.isFinite(result)) throw new Error(`"${expression}" has no finite result.`);
  return result;
}

function sum(reader: TokenReader): number {
  let left = product(reader);
  for (let operator = reader.take("+", "-"); operator; operator = reader.take("+", "-")) {
    const right = product(reader);
    left = operator === "+" ? left + right : left - right;
  }
  return left;
}

function product(reader: TokenReader): number {
  let left = signed(reader);
  for (let operator = reader.take("*", "/", "%"); operator; operator = reader.take("*", "/", "%")) {
    const right = signed(reader);
    if (operator !== "*" && right === 0) throw new Error("Division by zero.");
    left = operator === "*" ? left * right : operator === "/" ? left / right : left % right;
  }
  return left;
}

function signed(reader: TokenReader): number {
  const sign = reader.take("+", "-");
  if (sign === undefined) return power(reader);
  return sign === "-" ? -signed(reader) : signed(reader);
}

function power(reader: TokenReader): number {
  const base = operand(reader);
  return reader.take("^") ? base ** signed(reader) : base;
}

function operand(reader: TokenReader): number {
  if (!reader.take("(")) return reader.takeNumber();
  const inner = sum(reader);
  if (!reader.take(")")) reader.fail('a ")"');
  return inner;
}

class TokenReader {
  readonly #tokens: RegExpExecArray[];
  #position = 0;

  constructor(expression: string) {
    const text = expression.replaceAll("**", "^");
    this.#tokens = [...text.matchAll(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+|\S/gi)];
  }

  /** The next token when it is one of these. */
  take(...wanted: string[]): string | undefined {
    const token = this.#tokens[this.#position]?.[0];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#position += 1;
    return token;
  }

  takeNumber(): number {
    const token = this.#tokens[this.#position]?.[0];
    if (token === undefined || !/^[.\d]/.test(token) || token === ".") return this.fail("a number");
    this.#position += 1;
    return Number(token);
  }

  expectEnd(): void {
    if (this.#position < this.#tokens.length) this.fail("an operator or the end");
  }

  fail(wanted: string): never {
    const token = this.#tokens[this.#position];
    const found = token ? `"${token[0]}" at position ${token.index + 1}` : "the end";
    throw new Error(`Expected ${wanted}, found ${found}.`);
  }
}
