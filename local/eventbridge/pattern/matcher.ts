import { anythingBut } from "./anything-but.ts";
import { ignoreCaseTest } from "./ignore-case.ts";
import { cidrTest, sameAddressTest } from "./ip.ts";
import type { Leaf, LeafTest } from "./leaf.ts";
import type { LocatedNode } from "./located-json.ts";
import { comparable, numericTest } from "./numeric.ts";
import { PatternReason, unread } from "./pattern-error.ts";
import { compileWildcard } from "./wildcard.ts";

/** One element of a field's array in a pattern. */
export type Matcher =
  | { readonly kind: "test"; readonly test: LeafTest }
  | { readonly kind: "exact"; readonly text: string }
  | { readonly kind: "absent" };

/** @throws PatternReason in the words of EventBridge */
export function compileMatcher(node: LocatedNode): Matcher[] {
  switch (node.kind) {
    case "string": {
      const address = sameAddressTest(node.value);
      return [
        { kind: "exact", text: node.value },
        ...(address === undefined ? [] : [{ kind: "test" as const, test: address }]),
      ];
    }
    case "number":
      return [{ kind: "test", test: sameNumber(node.value) }];
    case "literal":
      return [{ kind: "test", test: (leaf) => leaf === node.value }];
    case "object":
      return [operator(node)];
    case "array":
      throw new PatternReason("Match value must be String, number, true, false, or null", unread(node));
  }
}

/** 300, 300.0 and 3.0e2 are one number; beyond the range of numeric matching a number equals only itself. */
function sameNumber(wanted: number): LeafTest {
  const key = comparable(wanted);
  if (key === undefined) return (leaf) => leaf === wanted;
  return (leaf) => typeof leaf === "number" && (leaf === wanted || comparable(leaf) === key);
}

function operator(node: LocatedNode & { kind: "object" }): Matcher {
  const [entry, second] = node.entries;
  if (entry === undefined) throw new PatternReason("Match expression name not found", node.end);
  const compile = OPERATORS[entry.name];
  if (compile === undefined) {
    throw new PatternReason(`Unrecognized match type ${entry.name}`, unread(entry.value));
  }
  const matcher = compile(entry.value);
  if (second !== undefined) {
    const reason =
      entry.name === "anything-but" || entry.name === "numeric"
        ? "Too many elements in numeric expression"
        : "Only one key allowed in match expression";
    throw new PatternReason(reason, unread(second.value));
  }
  return matcher;
}

const OPERATORS: Readonly<Partial<Record<string, (operand: LocatedNode) => Matcher>>> = {
  exactly: (operand) => ({ kind: "exact", text: requireString(operand, "exact") }),
  prefix: (operand) =>
    affix(operand, "prefix", (text) => {
      return (leaf) => leaf.startsWith(text);
    }),
  suffix: (operand) =>
    affix(operand, "suffix", (text) => {
      return (leaf) => leaf.endsWith(text);
    }),
  "equals-ignore-case": (operand) =>
    ofString(ignoreCaseTest(requireString(operand, "equals-ignore-case"), "whole")),
  wildcard: (operand) => ofString(compileWildcard(requireString(operand, "wildcard"), operand.end)),
  numeric: (operand) => ({ kind: "test", test: numericTest(operand) }),
  // AWS speaks of a prefix here too.
  cidr: (operand) => ({ kind: "test", test: cidrTest(requireString(operand, "prefix")) }),
  "anything-but": (operand) => ({ kind: "test", test: anythingBut(operand) }),
  exists: (operand) => {
    if (operand.kind !== "literal" || operand.value === null) {
      throw new PatternReason("exists match pattern must be either true or false.", unread(operand));
    }
    return operand.value ? { kind: "test", test: (_leaf: Leaf) => true } : { kind: "absent" };
  },
};

function affix(
  operand: LocatedNode,
  name: "prefix" | "suffix",
  plain: (text: string) => (leaf: string) => boolean,
): Matcher {
  if (operand.kind !== "object") return ofString(plain(requireString(operand, name)));
  const [entry, second] = operand.entries;
  if (entry === undefined) {
    throw new PatternReason(
      `${name === "prefix" ? "Prefix" : "Suffix"} expression name not found`,
      operand.end,
    );
  }
  if (entry.name !== "equals-ignore-case") {
    throw new PatternReason(`Unsupported ${name} pattern: ${entry.name}`, unread(entry.value));
  }
  const text = requireString(entry.value, "equals-ignore-case");
  if (second !== undefined) {
    throw new PatternReason("Only one key allowed in match expression", unread(second.value));
  }
  return ofString(ignoreCaseTest(text, name));
}

function requireString(node: LocatedNode, name: string): string {
  if (node.kind === "string") return node.value;
  throw new PatternReason(`${name} match pattern must be a string`, unread(node));
}

function ofString(test: (text: string) => boolean): Matcher {
  return { kind: "test", test: (leaf) => typeof leaf === "string" && test(leaf) };
}
