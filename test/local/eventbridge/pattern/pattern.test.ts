import { describe, expect, it } from "vitest";
import { flatten } from "../../../../local/eventbridge/pattern/flatten.ts";
import { matches } from "../../../../local/eventbridge/pattern/match.ts";
import { compilePattern } from "../../../../local/eventbridge/pattern/pattern.ts";

function test(pattern: unknown, event: unknown): boolean {
  return matches(compilePattern(JSON.stringify(pattern)), flatten(event));
}

/** An operator for the field `f`, values that it takes, values that it does not. `undefined`: no such field. */
const VALUES: readonly [operator: unknown, yes: readonly unknown[], no: readonly unknown[]][] = [
  ["a", ["a", ["x", "a"]], ["A", "ab", "", null, ["x"], [], {}, undefined]],
  ["", [""], ["a", null, undefined]],
  [300, [300, 300.0, 3.0e2, [1, 300]], ["300", 301, null]],
  [123456789012, [123456789012], [123456789013, "123456789012"]],
  [true, [true], ["true", false, 1]],
  [null, [null, [null]], ["null", 0, "", false, [], undefined]],
  ["::1", ["::1", "0:0:0:0:0:0:0:1"], ["::2", "127.0.0.1"]],
  [{ exactly: "a" }, ["a"], ["b"]],
  [{ prefix: "in/" }, ["in/", "in/a"], ["i", "IN/a", 1, null, undefined]],
  [{ prefix: "" }, ["", "a"], [1, null, undefined]],
  [{ prefix: { "equals-ignore-case": "In/" } }, ["IN/a", "in/"], ["xin/", "i"]],
  [{ suffix: ".csv" }, [".csv", "a.csv"], [".CSV", "csv", ".csv.gz", 1]],
  [{ suffix: { "equals-ignore-case": ".Csv" } }, ["a.CSV", ".csv"], ["a.csv.gz"]],
  [{ "equals-ignore-case": "Straße" }, ["straße", "STRASSE", "STRAßE"], ["straße ", "strase"]],
  [{ "equals-ignore-case": "a.b" }, ["A.B"], ["axb"]],
  [{ wildcard: "in/*.csv" }, ["in/.csv", "in/a/b.csv"], ["in/a.csv.gz", "xin/a.csv", "in/csv"]],
  [{ wildcard: "*" }, ["", "a"], [1, null]],
  [{ wildcard: "a*a" }, ["aa", "aba"], ["a", "ab"]],
  [{ wildcard: "a*b*c" }, ["abc", "axxbyyc", "abcbc"], ["acb", "ab"]],
  [{ wildcard: "a\\*\\\\*" }, ["a*\\", "a*\\b"], ["ab", "a\\"]],
  [{ "anything-but": "a" }, ["b", 1, null, true, ["a", "b"]], ["a", ["a"], [], undefined]],
  [{ "anything-but": ["a", "b"] }, ["c", "A", 1], ["a", "b", undefined]],
  [{ "anything-but": 0 }, [1, "0", null, 6e9], [0, -0, undefined]],
  [{ "anything-but": [100, 200.5] }, [101, "100"], [100, 200.5]],
  [{ "anything-but": { prefix: "in" } }, ["x", 1, null], ["in", "inx", undefined]],
  [{ "anything-but": { prefix: ["a", "b"] } }, ["c"], ["ax", "bx"]],
  [{ "anything-but": { suffix: ".tmp" } }, ["a.csv", null], ["a.tmp"]],
  [{ "anything-but": { suffix: [".tmp", ".part"] } }, ["a.csv"], ["a.tmp", "a.part"]],
  [{ "anything-but": { "equals-ignore-case": "ab" } }, ["abc", 1], ["AB", "ab"]],
  [{ "anything-but": { "equals-ignore-case": ["a", "b"] } }, ["c"], ["A", "B"]],
  [{ "anything-but": { wildcard: "*/tmp/*" } }, ["a/b", 5, ""], ["a/tmp/b"]],
  [{ "anything-but": { wildcard: ["*.a", "*.b"] } }, ["x.c"], ["x.a", "x.b"]],
  [{ numeric: ["=", 3.018e2] }, [301.8], [301.81, "301.8"]],
  [{ numeric: ["<", 10] }, [9.999999, -5e9], [10, "9", null, undefined]],
  [{ numeric: ["<=", 10] }, [10, 10.0000001], [10.00001]],
  [{ numeric: [">", 0] }, [0.000001, 5e9], [0, -1, 0.0000001]],
  [{ numeric: [">=", 5e9] }, [5e9], [4999999999]],
  [{ numeric: [">", 0] }, [], [5368709120, 1e12]],
  [{ numeric: [">", 0, "<=", 5] }, [1, 5], [0, 5.1]],
  [{ numeric: [">=", 0, "<", 5] }, [0, 4.9], [5, -1]],
  [{ exists: true }, ["", null, 0, ["a"]], [[], {}, { g: 1 }, undefined]],
  [{ exists: false }, [[], {}, { g: 1 }, undefined], ["", null, ["a"]]],
  [{ cidr: "10.0.0.0/24" }, ["10.0.0.0", "10.0.0.255"], ["10.0.1.0", "10.0.0", 10, "x"]],
  [{ cidr: "10.1.2.3/0" }, ["255.255.255.255"], ["::1"]],
  [{ cidr: "2001:db8::/32" }, ["2001:db8::1", "2001:0DB8:ffff::"], ["2001:db9::", "10.0.0.1"]],
];

describe("matchers", () => {
  for (const [operator, yes, no] of VALUES) {
    const name = JSON.stringify(operator);
    for (const value of yes) {
      it(`${name} takes ${JSON.stringify(value)}`, () => {
        expect(test({ detail: { f: [operator] } }, { detail: { f: value } })).toBe(true);
      });
    }
    for (const value of no) {
      it(`${name} does not take ${JSON.stringify(value)}`, () => {
        expect(test({ detail: { f: [operator] } }, { detail: { f: value } })).toBe(false);
      });
    }
  }
});

/** What a whole pattern makes of a whole event. */
const WHOLE: readonly [name: string, pattern: unknown, event: unknown, expected: boolean][] = [
  ["all fields must hold", { a: ["1"], b: ["2"] }, { a: "1", b: "3" }, false],
  ["any of a field's values will do", { a: ["1", { prefix: "x" }] }, { a: "xy" }, true],
  ["keys are told apart by case", { A: ["1"] }, { a: "1" }, false],
  ["a nested path is its dotted key", { a: { b: ["1"] } }, { "a.b": "1" }, true],
  ["a dotted key is its nested path", { "a.b": ["1"] }, { a: { b: "1" } }, true],
  ["a text of JSON is a text", { a: { b: ["1"] } }, { a: '{"b":"1"}' }, false],
  ["there or not there", { a: ["x", { exists: false }] }, {}, true],
  ["there, but another value", { a: ["x", { exists: false }] }, { a: "y" }, false],
  ["$or: one holds", { $or: [{ a: ["1"] }, { b: ["2"] }] }, { b: "2" }, true],
  ["$or: none holds", { $or: [{ a: ["1"] }, { b: ["2"] }] }, { b: "3" }, false],
  ["$or and a field beside it", { c: ["3"], $or: [{ a: ["1"] }, { b: ["2"] }] }, { b: "2" }, false],
  [
    "$or within $or, below a key",
    { d: { $or: [{ a: ["1"] }, { b: ["2"], $or: [{ c: ["3"] }, { e: ["4"] }] }] } },
    { d: { b: "2", e: "4" } },
    true,
  ],
  ["within $or a field is replaced", { a: ["1"], $or: [{ a: ["2"] }, { b: ["3"] }] }, { a: "2" }, true],
  ["two fields of one element", { l: { a: ["1"], b: ["2"] } }, { l: [{ a: "1", b: "2" }] }, true],
  ["two fields of different elements", { l: { a: ["1"], b: ["2"] } }, { l: [{ a: "1" }, { b: "2" }] }, false],
  [
    "fields of elements of two arrays",
    { l: { a: ["1"] }, m: { b: ["2"] } },
    { l: [{ a: "0" }, { a: "1" }], m: [{ b: "2" }, { b: "0" }] },
    true,
  ],
  [
    "arrays in arrays",
    { l: { m: { a: ["1"], b: ["2"] } } },
    { l: [{ m: [{ a: "1" }] }, { m: [{ b: "2" }, { a: "1", b: "2" }] }] },
    true,
  ],
  [
    "arrays in arrays, different elements",
    { l: { m: { a: ["1"] }, b: ["2"] } },
    { l: [{ m: [{ a: "1" }] }, { b: "2" }] },
    false,
  ],
  [
    "missing from the element that the others are in",
    { l: { a: ["2"], b: [{ exists: false }] } },
    { l: [{ a: "1", b: "x" }, { a: "2" }] },
    true,
  ],
  [
    "not missing from the element that the others are in",
    { l: { a: ["1"], b: [{ exists: false }] } },
    { l: [{ a: "1", b: "x" }, { a: "2" }] },
    false,
  ],
];

describe("patterns", () => {
  it.each(WHOLE)("%s", (_name, pattern, event, expected) => {
    expect(test(pattern, event)).toBe(expected);
  });

  it("takes the later of two patterns for one field", () => {
    const pattern = compilePattern('{"a": ["1"], "a": ["2"]}');
    expect(matches(pattern, flatten({ a: "2" }))).toBe(true);
    expect(matches(pattern, flatten({ a: "1" }))).toBe(false);
  });
});

/** Patterns that are refused: why, and the column of the text where AWS says so (none: AWS names no place). */
const INVALID: readonly [source: string, reason: string, column?: number][] = [
  ["nonsense", "Unrecognized token 'nonsense': was expecting (JSON String, Number, Array", 9],
  ['["a"]', "Filter is not an object", 2],
  ["{}", "Empty objects are not allowed", 3],
  ['{"a": 42}', '"a" must be an object or an array', 9],
  ['{"a": "b"}', '"a" must be an object or an array', 8],
  ['{"a": []}', "Empty arrays are not allowed", 9],
  ['{"a": [["b"]]}', "Match value must be String, number, true, false, or null", 9],
  ['{"a": [{}]}', "Match expression name not found", 10],
  ['{"a": [{"PREFIX": "b"}]}', "Unrecognized match type PREFIX", 20],
  ['{"a": [{"prefix": 1}]}', "prefix match pattern must be a string", 20],
  ['{"a": [{"prefix": {"wildcard": "b"}}]}', "Unsupported prefix pattern: wildcard"],
  ['{"a": [{"prefix": "b", "suffix": "c"}]}', "Only one key allowed in match expression"],
  ['{"a": [{"suffix": ["b"]}]}', "suffix match pattern must be a string", 20],
  ['{"a": [{"equals-ignore-case": ["b"]}]}', "equals-ignore-case match pattern must be a string", 32],
  ['{"a": [{"wildcard": 1}]}', "wildcard match pattern must be a string", 22],
  ['{"a": [{"wildcard": "b**"}]}', "Consecutive wildcard characters at pos 2", 26],
  ['{"a": [{"wildcard": "b\\\\c"}]}', "Invalid escape character at pos 2", 27],
  ['{"a": [{"wildcard": "*:*:*:*:*:event-bus/*"}]}', "Rule is too complex - try using fewer wildcard"],
  ['{"a": [{"exists": "true"}]}', "exists match pattern must be either true or false."],
  ['{"a": [{"anything-but": null}]}', "Value of anything-but must be an array or single string/number", 29],
  ['{"a": [{"anything-but": ["b", null]}]}', "Inside anything but list, start|null|boolean is not", 35],
  ['{"a": [{"anything-but": ["b", 1]}]}', "Inside anything but list, either all values are number or string"],
  ['{"a": [{"anything-but": []}]}', "Inside anything but list, either all values are number or string"],
  ['{"a": [{"anything-but": {"cidr": "b"}}]}', "Unsupported anything-but pattern: cidr"],
  ['{"a": [{"anything-but": {"prefix": ""}}]}', "Null prefix/suffix not allowed", 38],
  ['{"a": [{"anything-but": {"prefix": 1}}]}', "prefix/suffix match pattern must be a string", 37],
  ['{"a": [{"numeric": 10}]}', "Value of numeric must be an array.", 22],
  ['{"a": [{"numeric": ["~", 1]}]}', "Unrecognized numeric range operator: ~"],
  ['{"a": [{"numeric": [1]}]}', "Invalid member in numeric match: 1"],
  ['{"a": [{"numeric": ["=", "1"]}]}', "Value of equals must be numeric"],
  ['{"a": [{"numeric": ["<", 1, ">", 0]}]}', "Too many elements in numeric expression"],
  ['{"a": [{"numeric": [">", 0, ">", 1]}]}', "Bad numeric range operator: >", 32],
  ['{"a": [{"numeric": [">", 0, "<"]}]}', "Value of < must be numeric", 33],
  ['{"a": [{"numeric": [">", 5, "<", 5]}]}', "Bottom must be less than top"],
  ['{"a": [{"numeric": ["<", 5000000001]}]}', "Value must be between -5.0E9 and 5.0E9, inclusive"],
  ['{"a": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
  ['{"a": [{"cidr": "10.0.0.0/x"}]}', "Malformed CIDR, mask bits must be an integer"],
  ['{"a": [{"cidr": "10.0.0.0/32"}]}', "IPv4 mask bits must be < 32"],
  ['{"a": [{"cidr": "::/128"}]}', "IPv6 mask bits must be < 128"],
  ['{"a": [{"cidr": "10.0.x/8"}]}', "Nonstandard IP address: 10.0.x"],
  ['{"$or": {"a": ["b"]}}', "It must be an Array followed with $or."],
  ['{"$or": [{"a": ["b"]}]}', "There must have at least 2 Objects in $or relationship."],
  ['{"$or": ["a", "b"]}', "Only JSON object is allowed in array of $or relationship."],
  ['{"$or": [{"numeric": ["a"]}, {"b": ["c"]}]}', "numeric is Ruler reserved fieldName which cannot be used"],
];

describe("invalid patterns", () => {
  it.each(INVALID)("%s: %s", (source, reason, column) => {
    const error = refusal(source);
    expect(error).toMatchObject({ code: "InvalidEventPatternException", statusCode: 400 });
    expect(error.message).toContain(`Event pattern is not valid. Reason: ${reason}`);
    if (column !== undefined) {
      expect(error.message).toContain(`\n at [Source: (String)"${source}"; line: 1, column: ${column}]`);
    }
  });

  it("counts lines", () => {
    expect(refusal('{\n  "a": 1\n}').message).toMatch(/; line: 2, column: 9\]$/);
  });

  it("refuses $or that makes more than 1,000 combinations", () => {
    const alternatives = (field: string) =>
      Array.from({ length: 11 }, (_, index) => ({ [`${field}${index}`]: ["x"] }));
    const pattern = {
      a: { $or: alternatives("a") },
      b: { $or: alternatives("b") },
      c: { $or: alternatives("c") },
    };
    expect(refusal(JSON.stringify(pattern)).message).toContain("Rule is too complex");
  });
});

function refusal(source: string): Error {
  try {
    compilePattern(source);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error(`not refused: ${source}`);
}
