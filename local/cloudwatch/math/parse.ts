import { ExpressionError } from "./expression-error.ts";
import { type Token, tokensOf } from "./tokens.ts";

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "negative"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "array"; readonly items: readonly Expression[] };

/** Operators that bind alike, weakest first. */
const LEVELS: readonly (readonly string[])[] = [
  ["||", "OR"],
  ["&&", "AND"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/"],
];

/** Reads metric math. @throws ExpressionError */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokensOf(text));
  const expression = parser.expression();
  parser.end();
  return expression;
}

/** Ids that an expression names, other than through METRICS(). */
export function idsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "id":
      return [expression.id];
    case "negative":
      return idsIn(expression.operand);
    case "binary":
      return [...idsIn(expression.left), ...idsIn(expression.right)];
    case "call":
      return expression.args.flatMap(idsIn);
    case "array":
      return expression.items.flatMap(idsIn);
    default:
      return [];
  }
}

/** Expressions may be nested this deep: far more than anybody writes, far less than the stack takes. */
const MAX_DEPTH = 100;

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(level = 0): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#power();
    let left = this.expression(level + 1);
    while (operators.includes(this.#next.text) && this.#next.kind !== "text") {
      const operator = this.#take().text.replace("OR", "||").replace("AND", "&&");
      left = { kind: "binary", operator, left, right: this.expression(level + 1) };
    }
    return left;
  }

  end(): void {
    if (this.#next.kind !== "end") throw new ExpressionError(`Unexpected "${this.#next.text}"`);
  }

  #power(): Expression {
    if (this.#is("-")) return { kind: "negative", operand: this.#nested(() => this.#power()) };
    const base = this.#primary();
    return this.#is("^")
      ? { kind: "binary", operator: "^", left: base, right: this.#nested(() => this.#power()) }
      : base;
  }

  #primary(): Expression {
    const token = this.#take();
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind === "text") return { kind: "text", value: token.text.slice(1, -1) };
    if (token.kind === "name") {
      return this.#is("(")
        ? { kind: "call", name: token.text.toUpperCase(), args: this.#list(")") }
        : { kind: "id", id: token.text };
    }
    if (token.text === "[") return { kind: "array", items: this.#list("]") };
    if (token.text === "(") {
      const inner = this.#nested(() => this.expression());
      this.#expect(")");
      return inner;
    }
    throw new ExpressionError(token.kind === "end" ? "It ends too early" : `Unexpected "${token.text}"`);
  }

  #list(end: string): Expression[] {
    if (this.#is(end)) return [];
    const items = [this.#nested(() => this.expression())];
    while (this.#is(",")) items.push(this.#nested(() => this.expression()));
    this.#expect(end);
    return items;
  }

  #nested(read: () => Expression): Expression {
    if (++this.#depth > MAX_DEPTH) throw new ExpressionError("It is nested too deeply");
    const expression = read();
    this.#depth -= 1;
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#position] ?? { kind: "end", text: "" };
  }

  #take(): Token {
    const token = this.#next;
    this.#position += 1;
    return token;
  }

  #is(operator: string): boolean {
    if (this.#next.kind !== "operator" || this.#next.text !== operator) return false;
    this.#position += 1;
    return true;
  }

  #expect(operator: string): void {
    if (!this.#is(operator)) throw new ExpressionError(`Expected "${operator}"`);
  }
}
