import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flatten } from "../../../../local/eventbridge/pattern/flatten.ts";
import { matches } from "../../../../local/eventbridge/pattern/match.ts";
import { compilePattern } from "../../../../local/eventbridge/pattern/pattern.ts";
import { RuleIndex } from "../../../../local/eventbridge/pattern/rule-index.ts";
import { type Json, naiveMatch } from "./naive.ts";

// Few keys and short texts, so that patterns and events meet often.
const key = fc.constantFrom("a", "b", "c");
const text = fc.string({ unit: fc.constantFrom("x", "y", "Z"), maxLength: 3 });
const number = fc.integer({ min: -2, max: 2 });
const scalar = fc.oneof(text, text, number, fc.boolean(), fc.constant(null));

const event: fc.Arbitrary<Json> = fc.letrec<{ object: Json; value: Json }>((tie) => ({
  object: fc.dictionary(key, tie("value"), { maxKeys: 3 }),
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    scalar,
    fc.array(scalar, { maxLength: 2 }),
    fc.array(tie("object"), { maxLength: 2 }),
    tie("object"),
  ),
})).object;

const nonEmpty = text.filter((value) => value !== "");
const wildcard = text.map((value) => `${value}*${value.slice(1)}`);
const range = fc
  .tuple(number, fc.integer({ min: 1, max: 3 }))
  .map(([bottom, size]) => [">", bottom, "<=", bottom + size]);
const matcher: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  fc.constant({ exists: true }),
  text.map((value) => ({ prefix: value })),
  text.map((value) => ({ suffix: value })),
  text.map((value) => ({ "equals-ignore-case": value })),
  wildcard.map((value) => ({ wildcard: value })),
  range.map((value) => ({ numeric: value })),
  fc
    .constantFrom("=", "<", ">=")
    .chain((operator) => number.map((value) => ({ numeric: [operator, value] }))),
  fc.oneof(text, number).map((value) => ({ "anything-but": value })),
  fc.oneof(
    fc.array(text, { minLength: 1, maxLength: 2 }).map((value) => ({ "anything-but": value })),
    fc.array(number, { minLength: 1, maxLength: 2 }).map((value) => ({ "anything-but": value })),
    nonEmpty.map((value) => ({ "anything-but": { prefix: value } })),
    nonEmpty.map((value) => ({ "anything-but": { suffix: value } })),
    wildcard.map((value) => ({ "anything-but": { wildcard: value } })),
  ),
);

const patternOf = (leaf: fc.Arbitrary<Json>) =>
  fc.letrec<{ object: { [key: string]: Json }; value: Json }>((tie) => ({
    object: fc.dictionary(key, tie("value"), { minKeys: 1, maxKeys: 3 }),
    value: fc.oneof(
      { maxDepth: 2 },
      fc.array(leaf, { minLength: 1, maxLength: 3 }),
      tie("object") as fc.Arbitrary<Json>,
    ),
  })).object;

/** `$or` beside a key that no alternative names: alternatives that replace a field are the table's matter. */
const withOr = (leaf: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.oneof(
    patternOf(leaf),
    fc
      .tuple(patternOf(leaf), patternOf(leaf), fc.array(leaf, { minLength: 1, maxLength: 2 }))
      .map(([left, right, beside]) => ({ $or: [left, right], d: beside })),
  );

describe("compiled patterns", () => {
  it("agree with the plain reading of the language", () => {
    fc.assert(
      fc.property(withOr(matcher), event, (pattern, value) => {
        const compiled = compilePattern(JSON.stringify(pattern));
        expect(matches(compiled, flatten(value))).toBe(naiveMatch(pattern, value));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("rule index", () => {
  const any = fc.oneof({ weight: 5, arbitrary: text }, matcher, fc.constant({ exists: false }));

  it("finds the rules that match one by one, in their order", () => {
    fc.assert(
      fc.property(fc.array(withOr(any), { maxLength: 12 }), event, (patterns, value) => {
        const compiled = patterns.map((pattern) => compilePattern(JSON.stringify(pattern)));
        const index = new RuleIndex(compiled.map((pattern, number) => [pattern, number] as const));
        const flat = flatten(value);
        expect(index.match(value)).toEqual(
          compiled.flatMap((pattern, number) => (matches(pattern, flat) ? [number] : [])),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
