import { NotPlayedError } from "../../wire/aws-error.ts";
import { invalidParameter } from "../errors.ts";
import { type Comparison, type Condition, EVERY, type Step, type Test } from "./json-condition.ts";

export type JsonExpression =
  | { readonly kind: "and" | "or"; readonly operands: readonly JsonExpression[] }
  | { readonly kind: "condition"; readonly condition: Condition };

const SELECTOR = /\$(?:\.?\['[^']*'\]|\.[\w-]+|\[(?:\d+|\*)\])+/y;
const STEP = /\.?\['([^']*)'\]|\.([\w-]+)|\[(\d+|\*)\]/g;
const COMPARISON = /!=|<=|>=|=|<|>/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const BARE = /[^\s"(){}&|]+/y;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const IS = /IS\s+(NULL|TRUE|FALSE)\b/y;
const EXISTS = /(NOT\s+)?EXISTS\b/y;

/** Reads `{ $.level = "ERROR" && ($.attempt > 1 || $.job NOT EXISTS) }`. @throws AwsError, NotPlayedError */
export function parseJsonPattern(pattern: string): JsonExpression {
  const reader = new Reader(pattern);
  reader.expect("{");
  const expression = parseOr(reader);
  reader.expect("}");
  reader.expectEnd();
  return expression;
}

function parseOr(reader: Reader): JsonExpression {
  const operands = [parseAnd(reader)];
  while (reader.take("||")) operands.push(parseAnd(reader));
  return operands.length === 1 && operands[0] ? operands[0] : { kind: "or", operands };
}

function parseAnd(reader: Reader): JsonExpression {
  const operands = [parseOperand(reader)];
  while (reader.take("&&")) operands.push(parseOperand(reader));
  return operands.length === 1 && operands[0] ? operands[0] : { kind: "and", operands };
}

function parseOperand(reader: Reader): JsonExpression {
  if (!reader.take("(")) {
    const selector = parseSelector(reader);
    return { kind: "condition", condition: { selector, test: parseTest(reader) } };
  }
  const expression = parseOr(reader);
  reader.expect(")");
  return expression;
}

function parseSelector(reader: Reader): Step[] {
  const [text] = reader.match(SELECTOR) ?? reader.fail("a selector such as $.name");
  return [...text.matchAll(STEP)].map(([, quoted, name, index]) => {
    if (index === "*") return EVERY;
    return index === undefined ? (quoted ?? name ?? "") : Number(index);
  });
}

function parseTest(reader: Reader): Test {
  const is = reader.match(IS);
  if (is) return { kind: "is", value: JSON.parse((is[1] ?? "").toLowerCase()) as true | false | null };
  const exists = reader.match(EXISTS);
  if (exists) return { kind: "exists", value: exists[1] === undefined };
  const [comparison] = reader.match(COMPARISON) ?? reader.fail("a comparison");
  const quoted = reader.match(QUOTED);
  if (quoted) return textTest(reader, comparison as Comparison, (quoted[1] ?? "").replace(/\\(.)/g, "$1"));
  const [bare] = reader.match(BARE) ?? reader.fail("a value");
  if (bare.startsWith("%"))
    throw new NotPlayedError(`logs: a regular expression in a filter pattern (${bare})`);
  if (NUMBER.test(bare)) return { kind: "number", comparison: comparison as Comparison, value: Number(bare) };
  return textTest(reader, comparison as Comparison, bare);
}

/** Text with `*` for any characters. */
function textTest(reader: Reader, comparison: Comparison, text: string): Test {
  if (comparison !== "=" && comparison !== "!=") return reader.fail(`a number after ${comparison}`);
  const source = text.replace(/[\\^$.+?()[\]{}|]/g, "\\$&").replaceAll("*", ".*");
  return { kind: "text", comparison, value: new RegExp(`^${source}$`, "s") };
}

/** A place in the pattern; white space between tokens means nothing. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(token: string): boolean {
    this.#skipSpace();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  /** @param token a sticky expression */
  match(token: RegExp): RegExpExecArray | undefined {
    this.#skipSpace();
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (!match) return undefined;
    this.#at = token.lastIndex;
    return match;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(token);
  }

  expectEnd(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.fail("the end");
  }

  fail(expected: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    throw invalidParameter(`Invalid filter pattern: expected ${expected} at '${rest}'`);
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
  }
}
