import { describe, expect, it } from "vitest";
import { compileFilterPattern } from "../../../local/logs/filter-pattern/compile.ts";

const matches = (pattern: string, message: string) => compileFilterPattern(pattern)(message);

describe("a filter pattern of terms", () => {
  it.each([
    ["", "anything", true],
    ["  ", "anything", true],
    ["ERROR", "[ERROR 400] BAD REQUEST", true],
    ["ERROR", "[error 400] bad request", false],
    ["ERROR REQUEST", "[ERROR 400] BAD REQUEST", true],
    ["ERROR GATEWAY", "[ERROR 400] BAD REQUEST", false],
    ["ERROR -EXITING", "ERROR CODE 12", true],
    ["ERROR -EXITING", "ERROR EXITING", false],
    ["-EXITING", "RUNNING", true],
    ["?ERROR ?WARN", "WARN disk", true],
    ["?ERROR ?WARN", "INFO disk", false],
    ['"BAD REQUEST"', "[ERROR 400] BAD REQUEST", true],
    ['"BAD REQUEST"', "BAD 400 REQUEST", false],
    ['-"BAD REQUEST"', "BAD REQUEST", false],
    ['?"a-b" ?c', "x a-b", true],
    ['"say \\"hi\\""', 'he will say "hi" now', true],
  ])("%j on %j: %s", (pattern, message, expected) => {
    expect(matches(pattern, message)).toBe(expected);
  });
});

const document = JSON.stringify({
  level: "ERROR",
  status: 503,
  ratio: 1.5e-3,
  ok: false,
  job: null,
  "a.b": "dotted",
  user: { name: "ann", roles: ["admin", "dev"] },
  tasks: [{ id: 1 }, { id: 2 }],
  address: "10.0.7.9",
});

describe("a JSON filter pattern", () => {
  it.each([
    ['{ $.level = "ERROR" }', true],
    ["{ $.level = ERROR }", true],
    ['{$.level="INFO"}', false],
    ['{ $.level != "INFO" }', true],
    ['{ $.level = "ERR*" }', true],
    ['{ $.level = "*ROR" }', true],
    ['{ $.level = "R*" }', false],
    ["{ $.address = 10.0.* }", true],
    ["{ $.address != 10.1.* }", true],
    ["{ $.status = 503 }", true],
    ["{ $.status >= 503 && $.status <= 503 }", true],
    ["{ $.status < 503 || $.status > 503 }", false],
    ["{ $.ratio < 2e-3 }", true],
    ['{ $.status = "503" }', false],
    ["{ $.job IS NULL }", true],
    ["{ $.level IS NULL }", false],
    ["{ $.missing IS NULL }", false],
    ["{ $.ok IS FALSE }", true],
    ["{ $.ok IS TRUE }", false],
    ["{ $.missing NOT EXISTS }", true],
    ["{ $.job NOT EXISTS }", false],
    ["{ $.job EXISTS }", true],
    ['{ $.missing != "x" }', false],
    ['{ $.user.name = "ann" }', true],
    ['{ $.user = "ann" }', false],
    ['{ $.user.roles[1] = "dev" }', true],
    ['{ $.user.roles[2] = "dev" }', false],
    ["{ $.tasks[*].id = 2 }", true],
    ["{ $.tasks[*].id > 2 }", false],
    ["{ $.['a.b'] = dotted }", true],
    ['{ $.level = "INFO" && $.ok IS FALSE || $.status = 503 }', true],
    ['{ $.level = "INFO" && ($.ok IS FALSE || $.status = 503) }', false],
  ])("%s: %s", (pattern, expected) => {
    expect(matches(pattern, document)).toBe(expected);
  });

  it("matches no message that is not a JSON document", () => {
    expect(matches("{ $.a NOT EXISTS }", "plain text")).toBe(false);
    expect(matches("{ $.a NOT EXISTS }", "{ broken")).toBe(false);
    expect(matches("{ $[0] = 1 }", "[1]")).toBe(true);
  });
});

describe("what is no filter pattern, or one that is not played", () => {
  it.each([
    ["a-b", "InvalidParameterException"],
    ['"open', "InvalidParameterException"],
    ["{ $.a }", "InvalidParameterException"],
    ["{ $.a = }", "InvalidParameterException"],
    ["{ level = ERROR }", "InvalidParameterException"],
    ["{ $.a = 1 } more", "InvalidParameterException"],
    ["{ ($.a = 1 }", "InvalidParameterException"],
    ['{ $.a < "x" }', "InvalidParameterException"],
    ["[ip, user]", "NotImplemented"],
    ["%regex%", "NotImplemented"],
    ["{ $.a = %x% }", "NotImplemented"],
    ["?a b", "NotImplemented"],
  ])("%s is refused with %s", (pattern, code) => {
    expect(() => compileFilterPattern(pattern)).toThrow(expect.objectContaining({ code }));
  });
});
