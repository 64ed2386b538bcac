import type { LeafTest } from "./leaf.ts";
import type { LocatedNode } from "./located-json.ts";
import { PatternReason, unread } from "./pattern-error.ts";

/**
 * Numbers match between -5.0e9 and +5.0e9 inclusive, with six digits after the decimal point; numbers beyond are
 * compared with nothing but their equals (EventBridge user guide, numeric matching).
 */
const LIMIT = 5e9;
const DIGITS = 1e6;

/** What two numbers share when EventBridge takes them for equal; undefined beyond the documented range. */
export function comparable(value: number): number | undefined {
  return value >= -LIMIT && value <= LIMIT ? Math.round(value * DIGITS) : undefined;
}

/** @throws PatternReason for a number in a pattern that numeric matching cannot take */
export function requireComparable(node: LocatedNode & { kind: "number" }): number {
  const key = comparable(node.value);
  if (key === undefined) {
    throw new PatternReason("Value must be between -5.0E9 and 5.0E9, inclusive", node.end);
  }
  return key;
}

/** `{"numeric": ["=", n]}`, one bound, or a lower bound and then an upper one. */
export function numericTest(operand: LocatedNode): LeafTest {
  if (operand.kind !== "array")
    throw new PatternReason("Value of numeric must be an array.", unread(operand));
  const [first, second, third, fourth, fifth] = operand.items;
  if (first?.kind !== "string") {
    throw new PatternReason(
      `Invalid member in numeric match: ${shown(first)}`,
      first === undefined ? operand.end : first.end,
    );
  }
  const operator = first.value;
  if (!isOperator(operator)) {
    throw new PatternReason(`Unrecognized numeric range operator: ${operator}`, first.end);
  }
  const value = bound(operator === "=" ? "equals" : operator, second, operand);
  if (third === undefined) return single(operator, value);
  if (operator !== ">" && operator !== ">=") {
    throw new PatternReason("Too many elements in numeric expression", unread(third));
  }
  if (third.kind !== "string") {
    throw new PatternReason(`Bad value in numeric range: ${shown(third)}`, third.end);
  }
  if (third.value !== "<" && third.value !== "<=") {
    throw new PatternReason(`Bad numeric range operator: ${third.value}`, third.end);
  }
  const top = bound(third.value, fourth, operand);
  if (fifth !== undefined) {
    throw new PatternReason("Too many terms in numeric range expression", unread(fifth));
  }
  if (value >= top) throw new PatternReason("Bottom must be less than top", operand.end);
  const above = single(operator, value);
  const below = single(third.value, top);
  return (leaf) => above(leaf) && below(leaf);
}

type Operator = "=" | "<" | "<=" | ">" | ">=";

function isOperator(text: string): text is Operator {
  return text === "=" || text === "<" || text === "<=" || text === ">" || text === ">=";
}

function bound(name: string, node: LocatedNode | undefined, operand: LocatedNode): number {
  if (node?.kind !== "number") {
    throw new PatternReason(
      `Value of ${name} must be numeric`,
      node === undefined ? operand.end : unread(node),
    );
  }
  return requireComparable(node);
}

function single(operator: Operator, wanted: number): LeafTest {
  const test = compare(operator, wanted);
  return (leaf) => {
    if (typeof leaf !== "number") return false;
    const key = comparable(leaf);
    return key !== undefined && test(key);
  };
}

function compare(operator: Operator, wanted: number): (key: number) => boolean {
  switch (operator) {
    case "=":
      return (key) => key === wanted;
    case "<":
      return (key) => key < wanted;
    case "<=":
      return (key) => key <= wanted;
    case ">":
      return (key) => key > wanted;
    case ">=":
      return (key) => key >= wanted;
  }
}

function shown(node: LocatedNode | undefined): string {
  if (node === undefined) return "]";
  if (node.kind === "object") return "{";
  return node.kind === "array" ? "[" : String(node.value);
}
