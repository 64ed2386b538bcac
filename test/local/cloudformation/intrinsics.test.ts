// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub strings
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolve } from "../../../local/cloudformation/intrinsics.ts";
import { NO_VALUE } from "../../../local/cloudformation/scope.ts";
import { scopeOf } from "./fixtures.ts";

const parts = {
  Transform: "AWS::LanguageExtensions",
  Mappings: { Sizes: { prod: { cpu: "1024", zones: ["x", "y"] } } },
  Conditions: {
    IsProd: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] },
    IsTest: { "Fn::Not": [{ Condition: "IsProd" }] },
    Both: { "Fn::And": [{ Condition: "IsProd" }, { Condition: "IsTest" }] },
    Either: { "Fn::Or": [{ Condition: "IsProd" }, { Condition: "IsTest" }] },
    Mapped: { "Fn::Equals": [{ "Fn::FindInMap": ["Sizes", { Ref: "Stage" }, "cpu"] }, 1024] },
  },
};
const scope = scopeOf(parts);
const NoValue = { Ref: "AWS::NoValue" };
const when = (condition: string) => ({ "Fn::If": [condition, "yes", "no"] });

describe("an intrinsic function gives what CloudFormation documents", () => {
  test.each<[string, unknown, unknown]>([
    ["Ref of a resource", { Ref: "Queue" }, "http://queue"],
    ["Ref of a parameter", { Ref: "Stage" }, "prod"],
    ["Ref of a list parameter", { Ref: "Zones" }, ["a", "b"]],
    ["AWS::AccountId", { Ref: "AWS::AccountId" }, "000000000000"],
    ["AWS::Region", { Ref: "AWS::Region" }, "us-east-1"],
    ["AWS::Partition", { Ref: "AWS::Partition" }, "aws"],
    ["AWS::StackName", { Ref: "AWS::StackName" }, "Demo"],
    ["AWS::URLSuffix", { Ref: "AWS::URLSuffix" }, "amazonaws.com"],
    ["AWS::NotificationARNs", { Ref: "AWS::NotificationARNs" }, []],
    ["GetAtt as a list", { "Fn::GetAtt": ["Queue", "Arn"] }, "arn:aws:sqs:us-east-1:000000000000:jobs"],
    ["GetAtt as a string", { "Fn::GetAtt": "Queue.Arn" }, "arn:aws:sqs:us-east-1:000000000000:jobs"],
    ["GetAtt of a list", { "Fn::GetAtt": ["Vpc", "Blocks"] }, ["10.0.0.0/16", "10.1.0.0/16"]],
    ["Sub", { "Fn::Sub": "${Stage}-${Queue.Arn}" }, "prod-arn:aws:sqs:us-east-1:000000000000:jobs"],
    ["Sub with a pseudo parameter", { "Fn::Sub": "arn:${AWS::Partition}:x" }, "arn:aws:x"],
    ["Sub with a literal", { "Fn::Sub": "${!Stage} ${Stage} $Stage {}" }, "${Stage} prod $Stage {}"],
    ["Sub with variables", { "Fn::Sub": ["${A}/${Stage}", { A: { Ref: "Queue" } }] }, "http://queue/prod"],
    ["Sub variables come first", { "Fn::Sub": ["${Stage} ${Q.Arn}", { Stage: 1, "Q.Arn": true }] }, "1 true"],
    ["Join", { "Fn::Join": ["-", ["a", 1, true, { Ref: "Stage" }]] }, "a-1-true-prod"],
    ["Join leaves out NoValue", { "Fn::Join": ["-", ["a", NoValue, "b"]] }, "a-b"],
    ["Join of a list parameter", { "Fn::Join": [",", { Ref: "Zones" }] }, "a,b"],
    ["Split", { "Fn::Split": ["|", "a|b||c"] }, ["a", "b", "", "c"]],
    ["Select", { "Fn::Select": [1, ["a", "b"]] }, "b"],
    ["Select by text", { "Fn::Select": ["0", { Ref: "Zones" }] }, "a"],
    ["Select of Split", { "Fn::Select": [5, { "Fn::Split": [":", { "Fn::GetAtt": "Queue.Arn" }] }] }, "jobs"],
    ["If, true", when("IsProd"), "yes"],
    ["If, false", when("IsTest"), "no"],
    ["And", when("Both"), "no"],
    ["Or", when("Either"), "yes"],
    ["Equals of text and number", when("Mapped"), "yes"],
    ["If resolves the chosen branch alone", { "Fn::If": ["IsProd", 1, { Ref: "Nobody" }] }, 1],
    ["FindInMap", { "Fn::FindInMap": ["Sizes", { Ref: "Stage" }, "cpu"] }, "1024"],
    ["FindInMap of a list", { "Fn::FindInMap": ["Sizes", "prod", "zones"] }, ["x", "y"]],
    ["FindInMap's default", { "Fn::FindInMap": ["Sizes", "no", "cpu", { DefaultValue: "9" }] }, "9"],
    [
      "FindInMap before its default",
      { "Fn::FindInMap": ["Sizes", "prod", "cpu", { DefaultValue: "9" }] },
      "1024",
    ],
    ["Base64", { "Fn::Base64": { "Fn::Sub": "é ${Stage}" } }, Buffer.from("é prod").toString("base64")],
    ["GetAZs of a region", { "Fn::GetAZs": "eu-west-1" }, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]],
    ["GetAZs of the stack's region", { "Fn::Select": [0, { "Fn::GetAZs": "" }] }, "us-east-1a"],
    ["Cidr", { "Fn::Cidr": ["10.0.0.0/16", 2, "8"] }, ["10.0.0.0/24", "10.0.1.0/24"]],
    ["Cidr of IPv6", { "Fn::Cidr": ["2001:db8::/56", 2, 64] }, ["2001:db8::/64", "2001:db8:0:1::/64"]],
    ["ImportValue", { "Fn::ImportValue": { "Fn::Sub": "${Stage}:Arn" } }, "imported prod:Arn"],
    ["GetStackOutput", { "Fn::GetStackOutput": { StackName: "Net", OutputName: "Id" } }, "Net's Id"],
    ["Length", { "Fn::Length": { Ref: "Zones" } }, 2],
    ["ToJsonString", { "Fn::ToJsonString": { a: [{ Ref: "Stage" }] } }, '{"a":["prod"]}'],
    ["NoValue in a map", { a: NoValue, b: { "Fn::If": ["IsTest", 1, NoValue] }, c: [NoValue] }, { c: [] }],
    ["NoValue itself", NoValue, NO_VALUE],
    ["IAM's Condition is no function", { Condition: "IsProd" }, { Condition: "IsProd" }],
    ["Ref beside others is data", { Ref: "Stage", b: 1 }, { Ref: "Stage", b: 1 }],
    ["dynamic references stay", "{{resolve:ssm:/a/b:1}}", "{{resolve:ssm:/a/b:1}}"],
    [
      "a placeholder goes through lists",
      { "Fn::Select": [3, { "Fn::Split": ["/", "not-played:A.B"] }] },
      "not-played:A.B",
    ],
  ])("%s", (_, value, expected) => {
    expect(resolve(value, scope)).toEqual(expected);
  });
});

describe("a function that cannot be resolved names itself, its place and what it got", () => {
  test.each<[string, unknown, string]>([
    ["Ref of no name", { Ref: ["a"] }, 'Ref must name a parameter or resource, got ["a"]'],
    ["GetAtt without attribute", { "Fn::GetAtt": "Queue" }, 'takes a resource and an attribute, got "Queue"'],
    ["Select past the end", { "Fn::Select": [2, ["a"]] }, "nonexistent value at index 2 of 1"],
    [
      "Select below zero",
      { "Fn::Select": [-1, ["a"]] },
      "the index must be a whole number, 0 or more, got -1",
    ],
    ["Select by a word", { "Fn::Select": ["x", ["a"]] }, "the index must be a whole number"],
    ["Select from text", { "Fn::Select": [0, "a"] }, 'its second argument must be a list, got "a"'],
    ["Select with one argument", { "Fn::Select": [0] }, "takes a list of 2 arguments, got [0]"],
    ["Join of maps", { "Fn::Join": ["", [{ a: 1 }]] }, 'each item must be a string, got {"a":1}'],
    ["Join by a function", { "Fn::Join": [{ Ref: "Stage" }, []] }, "the delimiter must be a literal string"],
    ["Split by nothing", { "Fn::Split": ["", "a"] }, "not empty"],
    ["Split of a list", { "Fn::Split": [",", { Ref: "Zones" }] }, 'must be a string, got ["a","b"]'],
    ["Sub of a list", { "Fn::Sub": "${Zones}" }, '${Zones} must be a string, got ["a","b"]'],
    ["Sub with a bad name", { "Fn::Sub": "${Not-A-Name}" }, "${Not-A-Name} is no variable"],
    ["Sub with an empty name", { "Fn::Sub": "${}" }, "${} is no variable"],
    ["If with an unknown condition", when("Nope"), "the template has no condition Nope"],
    ["Equals outside Conditions", { "Fn::Equals": [1, 1] }, "works only in the template's Conditions"],
    ["FindInMap of an unknown key", { "Fn::FindInMap": ["Sizes", "x", "cpu"] }, "have no Sizes → x → cpu"],
    ["Cidr without room", { "Fn::Cidr": ["10.0.0.0/24", 2, 8] }, "10.0.0.0/24 has no room for 2 blocks of 8"],
    ["Cidr of no block", { "Fn::Cidr": ["10.0.0/24", 1, 8] }, '"10.0.0/24" is no address block'],
    [
      "Cidr with too many",
      { "Fn::Cidr": ["10.0.0.0/8", 257, 8] },
      "the count must be a whole number, 1 to 256",
    ],
    ["ToJsonString of text", { "Fn::ToJsonString": "a" }, "takes a map or a list"],
    [
      "GetStackOutput elsewhere",
      { "Fn::GetStackOutput": { StackName: "a", OutputName: "b", Region: "x" } },
      'Region "x" is not played',
    ],
    ["a function beside others", { "Fn::Sub": "a", b: 1 }, "Fn::Sub must stand alone, beside it is b"],
    ["an unknown function", { "Fn::Transform": {} }, "Fn::Transform is not played by the local runtime"],
  ])("%s", (_, value, expected) => {
    expect(() => resolve({ Key: value }, scope, ["Resources", "X"])).toThrow(expected);
  });

  test("the place is that of the innermost function", () => {
    const value = { List: [{ "Fn::Join": ["", [{ "Fn::Select": [9, ["a"]] }]] }] };
    expect(() => resolve(value, scope, ["Resources", "X", "Properties"])).toThrow(
      "Resources.X.Properties.List.0.Fn::Join.1.0.Fn::Select: Fn::Select cannot select",
    );
  });

  test.each(["Fn::Length", "Fn::ToJsonString"])("%s needs the language extensions", (name) => {
    expect(() => resolve({ [name]: [] }, scopeOf())).toThrow("needs the template's Transform");
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["a circle", { A: { Condition: "B" }, B: { Condition: "A" } }, "circular condition: A → B → A"],
    ["no condition function", { A: "yes" }, "Conditions.A: is no condition function"],
    ["a resource", { A: { "Fn::Equals": [{ Ref: "Queue" }, ""] } }, "see parameters only, and Queue is none"],
    ["one argument to And", { A: { "Fn::And": [{ Condition: "A" }] } }, "takes a list of 2 to 10 arguments"],
    ["text in Not", { A: { "Fn::Not": ["true"] } }, 'each argument must be a condition, got "true"'],
  ])("conditions refuse %s", (_, Conditions, expected) => {
    expect(() => resolve(when("A"), scopeOf({ Conditions }))).toThrow(expected);
  });
});

describe("for any value", () => {
  const name = fc.string().filter((key) => !key.startsWith("Fn::") && !["Ref", "__proto__"].includes(key));
  const data = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, fc.string(), fc.integer(), fc.boolean(), tie("list"), tie("map")),
    list: fc.array(tie("value")),
    map: fc.dictionary(name, tie("value")),
  })).value;

  test("data without functions stays as it is", () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(resolve(value, scope)).toEqual(value);
      }),
    );
  });

  test("Split undoes Join", () => {
    const item = fc.string().filter((text) => !text.includes("|"));
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), (items) => {
        const joined = { "Fn::Join": ["|", items] };
        expect(resolve({ "Fn::Split": ["|", joined] }, scope)).toEqual(items);
      }),
    );
  });

  test("Sub gives any text back once its ${ are written as literals", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const escaped = text.replace(/\$\{(?=[^}]*\})/g, "${!");
        expect(resolve({ "Fn::Sub": escaped }, scope)).toBe(text);
      }),
    );
  });
});
