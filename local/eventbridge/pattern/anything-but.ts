import { ignoreCaseTest } from "./ignore-case.ts";
import type { LeafTest } from "./leaf.ts";
import type { LocatedNode } from "./located-json.ts";
import { comparable, requireComparable } from "./numeric.ts";
import { PatternReason, unread } from "./pattern-error.ts";
import { compileWildcard } from "./wildcard.ts";

/**
 * `{"anything-but": …}`: a value, a list of strings or of numbers, or prefix, suffix, equals-ignore-case or wildcard
 * of one string or a list. A value of another type than the operand's is something else, and so matches.
 */
export function anythingBut(operand: LocatedNode): LeafTest {
  switch (operand.kind) {
    case "object":
      return notNested(operand);
    case "array":
      return notInList(operand);
    case "string":
      return (leaf) => leaf !== operand.value;
    case "number":
      return notOneOf(new Set([requireComparable(operand)]));
    case "literal":
      throw notAValue(operand);
  }
}

function notAValue(node: LocatedNode): PatternReason {
  return new PatternReason(
    "Value of anything-but must be an array or single string/number value.",
    unread(node),
  );
}

function notInList(list: LocatedNode & { kind: "array" }): LeafTest {
  const strings = new Set<string>();
  const numbers = new Set<number>();
  for (const item of list.items) {
    if (item.kind === "string") strings.add(item.value);
    else if (item.kind === "number") numbers.add(requireComparable(item));
    else {
      throw new PatternReason("Inside anything but list, start|null|boolean is not supported.", unread(item));
    }
  }
  if (strings.size > 0 === numbers.size > 0) {
    throw new PatternReason(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
      list.end,
    );
  }
  if (numbers.size > 0) return notOneOf(numbers);
  return (leaf) => typeof leaf !== "string" || !strings.has(leaf);
}

function notOneOf(numbers: ReadonlySet<number>): LeafTest {
  return (leaf) => {
    if (typeof leaf !== "number") return true;
    const key = comparable(leaf);
    return key === undefined || !numbers.has(key);
  };
}

type Nested = (text: string, node: LocatedNode) => (leaf: string) => boolean;

const NESTED: Readonly<Partial<Record<string, Nested>>> = {
  prefix: (text, node) => {
    requireNonEmpty(text, node);
    return (leaf) => leaf.startsWith(text);
  },
  suffix: (text, node) => {
    requireNonEmpty(text, node);
    return (leaf) => leaf.endsWith(text);
  },
  "equals-ignore-case": (text) => ignoreCaseTest(text, "whole"),
  wildcard: (text, node) => compileWildcard(text, node.end),
};

function requireNonEmpty(text: string, node: LocatedNode): void {
  if (text === "") throw new PatternReason("Null prefix/suffix not allowed", node.end);
}

const NOT_A_STRING: Readonly<Partial<Record<string, string>>> = {
  "equals-ignore-case":
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
  wildcard: "wildcard match pattern must be a string",
};

function notNested(operand: LocatedNode & { kind: "object" }): LeafTest {
  const [entry, second] = operand.entries;
  if (entry === undefined) {
    throw new PatternReason("Anything-But expression name not found", operand.end);
  }
  const compile = NESTED[entry.name];
  if (compile === undefined) {
    throw new PatternReason(`Unsupported anything-but pattern: ${entry.name}`, unread(entry.value));
  }
  const { value } = entry;
  if (value.kind === "object" || value.kind === "literal") throw notAValue(value);
  const items = value.kind === "array" ? value.items : [value];
  const tests = items.map((item) => {
    if (item.kind !== "string") {
      const reason = NOT_A_STRING[entry.name] ?? "prefix/suffix match pattern must be a string";
      throw new PatternReason(reason, unread(item));
    }
    return compile(item.value, item);
  });
  if (tests.length === 0) throw new PatternReason("Empty arrays are not allowed", value.end);
  if (second !== undefined) {
    throw new PatternReason("Too many elements in numeric expression", unread(second.value));
  }
  return (leaf) => typeof leaf !== "string" || !tests.some((test) => test(leaf));
}
