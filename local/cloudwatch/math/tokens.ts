import { ExpressionError } from "./expression-error.ts";

export interface Token {
  readonly kind: "number" | "name" | "text" | "operator" | "end";
  readonly text: string;
}

const PATTERNS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["number", /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/],
  ["name", /^[A-Za-z_]\w*/],
  ["text", /^(?:"[^"]*"|'[^']*')/],
  ["operator", /^(?:==|!=|<=|>=|&&|\|\||[-+*/^(),[\]<>])/],
];

/** The parts of an expression. @throws ExpressionError at a character that begins none */
export function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  let rest = expression.trimStart();
  while (rest !== "") {
    const token = firstToken(rest);
    if (!token) throw new ExpressionError(`Unsupported character "${rest[0]}"`);
    tokens.push(token);
    rest = rest.slice(token.text.length).trimStart();
  }
  return [...tokens, { kind: "end", text: "" }];
}

function firstToken(rest: string): Token | undefined {
  for (const [kind, pattern] of PATTERNS) {
    const text = pattern.exec(rest)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return undefined;
}
