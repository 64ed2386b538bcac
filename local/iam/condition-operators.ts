import { BlockList, isIP } from "node:net";
import { ANY, matchesPieces, ONE, type Piece } from "./wildcard.ts";

/** Compares one value of the request with one value of the policy, whose variables are replaced. */
type Compare = (actual: string, expected: readonly Piece[]) => boolean;

export interface ConditionOperator {
  readonly compare: Compare;
  /** The condition holds when nothing compares equal (`StringNotEquals`, ...). */
  readonly negated: boolean;
  /** Whether policy variables are replaced in the policy's values. */
  readonly variables: boolean;
}

const asText = (pieces: readonly Piece[]) =>
  pieces.map((piece) => (piece === ANY ? "*" : piece === ONE ? "?" : piece)).join("");
const onText =
  (compare: (actual: string, expected: string) => boolean): Compare =>
  (actual, expected) =>
    compare(actual, asText(expected));

const number = (compare: (actual: number, expected: number) => boolean) =>
  onText((actual, expected) => {
    const [a, b] = [toNumber(actual), toNumber(expected)];
    return a !== undefined && b !== undefined && compare(a, b);
  });
const date = (compare: (actual: number, expected: number) => boolean) =>
  onText((actual, expected) => {
    const [a, b] = [toTime(actual), toTime(expected)];
    return a !== undefined && b !== undefined && compare(a, b);
  });

const equal: Compare = onText((actual, expected) => actual === expected);
const equalIgnoringCase: Compare = onText(
  (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
);

const positive = (compare: Compare, variables = false): ConditionOperator => ({
  compare,
  negated: false,
  variables,
});
const negative = (compare: Compare, variables = false): ConditionOperator => ({
  compare,
  negated: true,
  variables,
});

/** IAM's condition operators without prefix and suffix; `Null` stands apart. (IAM user guide, condition operators) */
export const CONDITION_OPERATORS: Readonly<Record<string, ConditionOperator>> = {
  StringEquals: positive(equal, true),
  StringNotEquals: negative(equal, true),
  StringEqualsIgnoreCase: positive(equalIgnoringCase, true),
  StringNotEqualsIgnoreCase: negative(equalIgnoringCase, true),
  StringLike: positive((actual, expected) => matchesPieces(expected, actual), true),
  StringNotLike: negative((actual, expected) => matchesPieces(expected, actual), true),
  NumericEquals: positive(number((a, b) => a === b)),
  NumericNotEquals: negative(number((a, b) => a === b)),
  NumericLessThan: positive(number((a, b) => a < b)),
  NumericLessThanEquals: positive(number((a, b) => a <= b)),
  NumericGreaterThan: positive(number((a, b) => a > b)),
  NumericGreaterThanEquals: positive(number((a, b) => a >= b)),
  DateEquals: positive(date((a, b) => a === b)),
  DateNotEquals: negative(date((a, b) => a === b)),
  DateLessThan: positive(date((a, b) => a < b)),
  DateLessThanEquals: positive(date((a, b) => a <= b)),
  DateGreaterThan: positive(date((a, b) => a > b)),
  DateGreaterThanEquals: positive(date((a, b) => a >= b)),
  Bool: positive(equalIgnoringCase),
  BinaryEquals: positive(equal),
  IpAddress: positive(onText(inRange)),
  NotIpAddress: negative(onText(inRange)),
  ArnEquals: positive(matchesArn, true),
  ArnLike: positive(matchesArn, true),
  ArnNotEquals: negative(matchesArn, true),
  ArnNotLike: negative(matchesArn, true),
};

function toNumber(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? undefined : value;
}

/** ISO 8601 or seconds since the epoch. */
function toTime(text: string): number | undefined {
  const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function inRange(address: string, range: string): boolean {
  const [network = "", bits] = range.split("/");
  const version = isIP(network);
  if (version === 0 || isIP(address) !== version) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const prefix = bits === undefined ? (version === 4 ? 32 : 128) : Number(bits);
  const list = new BlockList();
  try {
    list.addSubnet(network, prefix, family);
  } catch {
    return false;
  }
  return list.check(address, family);
}

/** Each of the six parts of an ARN is compared by itself, so a wildcard does not cross a colon before the last. */
function matchesArn(actual: string, expected: readonly Piece[]): boolean {
  const actualParts = splitArn([actual]);
  const expectedParts = splitArn(expected);
  if (actualParts.length !== 6 || expectedParts.length !== 6) return false;
  return expectedParts.every((part, index) => matchesPieces(part, String(asText(actualParts[index] ?? []))));
}

/** Splits at the first five colons. */
export function splitArn(pieces: readonly Piece[]): Piece[][] {
  const parts: Piece[][] = [[]];
  for (const piece of pieces) {
    if (typeof piece !== "string") {
      parts.at(-1)?.push(piece);
      continue;
    }
    const texts = piece.split(":");
    texts.forEach((text, index) => {
      if (index === 0) parts.at(-1)?.push(text);
      else if (parts.length < 6) parts.push([text]);
      else parts.at(-1)?.push(`:${text}`);
    });
  }
  return parts;
}
