import { describe, expect, test } from "vitest";
import { resolveParameters } from "../../../local/cloudformation/parameters.ts";
import { template } from "../../../local/cloudformation/template.ts";

const parameter = (rules: object) => template.parse({ Parameters: { P: rules } }).Parameters;
const parameterValue = async (rules: object, given?: string) => {
  const values = await resolveParameters(
    parameter(rules),
    given === undefined ? {} : { P: given },
    async (name) => (name === "/app/size" ? "4, 5" : undefined),
  );
  return values.get("P");
};

describe("a parameter's value is", () => {
  test.each<[string, object, string | undefined, unknown]>([
    ["the given one", { Type: "String", Default: "a" }, "b", "b"],
    ["the default", { Type: "String", Default: "a" }, undefined, "a"],
    ["empty, if so given", { Type: "String", Default: "a" }, "", ""],
    ["text for numbers", { Type: "Number", Default: 5 }, undefined, "5"],
    ["a list for CommaDelimitedList", { Type: "CommaDelimitedList" }, "a, b,c", ["a", "b", "c"]],
    [
      "a list for List<…>",
      { Type: "List<AWS::EC2::Subnet::Id>" },
      "subnet-1,subnet-2",
      ["subnet-1", "subnet-2"],
    ],
    ["an empty list", { Type: "List<Number>" }, "", []],
    ["an id for AWS types", { Type: "AWS::EC2::VPC::Id" }, "vpc-1", "vpc-1"],
    ["what the SSM parameter holds", { Type: "AWS::SSM::Parameter::Value<String>" }, "/app/size", "4, 5"],
    ["a list from SSM", { Type: "AWS::SSM::Parameter::Value<List<String>>" }, "/app/size", ["4", "5"]],
    ["the name, for SSM names", { Type: "AWS::SSM::Parameter::Name" }, "/none", "/none"],
  ])("%s", async (_, rules, given, expected) => {
    expect((await parameterValue(rules, given))?.value).toEqual(expected);
  });

  test("built in for the bootstrap version, high enough for the CDK's rule", async () => {
    const version = await parameterValue(
      { Type: "AWS::SSM::Parameter::Value<String>" },
      "/cdk-bootstrap/hnb659fds/version",
    );
    expect(Number(version?.value)).toBeGreaterThan(5);
  });

  test.each([
    "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
    "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-x86_64",
  ])("an image id of AWS's shape, always the same, for %s", async (name) => {
    const image = await parameterValue({ Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>" }, name);
    expect(image?.value).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(await parameterValue({ Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>" }, name)).toEqual(
      image,
    );
  });
});

describe("refused is", () => {
  test.each<[string, object, string | undefined, string]>([
    ["no value", { Type: "String" }, undefined, "Parameters.P: must have a value"],
    ["one that is not allowed", { Type: "String", AllowedValues: ["a", "b"] }, "c", "allowed values: a, b"],
    [
      "a list item that is not allowed",
      { Type: "CommaDelimitedList", AllowedValues: ["a"] },
      "a,c",
      '"c" is not',
    ],
    ["one off the pattern", { Type: "String", AllowedPattern: "[a-z]+" }, "ab1", "pattern [a-z]+"],
    ["a short one", { Type: "String", MinLength: "3" }, "ab", "shorter than 3"],
    ["a long one", { Type: "String", MaxLength: 3 }, "abcd", "longer than 3"],
    ["no number", { Type: "Number" }, "x", '"x" is no number'],
    ["no number in a list", { Type: "List<Number>" }, "1,x", '"x" is no number'],
    ["a number too small", { Type: "Number", MinValue: 3 }, "2", "less than 3"],
    ["a number too large", { Type: "Number", MaxValue: 3 }, "4", "more than 3"],
    ["an absent SSM parameter", { Type: "AWS::SSM::Parameter::Value<String>" }, "/x", "no SSM parameter /x"],
    ["an unknown type", { Type: "Text" }, "x", "Text is no parameter type"],
    [
      "a bad one, in the template's words",
      { Type: "String", AllowedPattern: "a", ConstraintDescription: "must be a" },
      "b",
      '"b" must be a',
    ],
  ])("%s", async (_, rules, given, expected) => {
    await expect(parameterValue(rules, given)).rejects.toThrow(expected);
  });

  test("a parameter that the template does not have", async () => {
    const resolved = resolveParameters({}, { Stage: "x" }, () => undefined);
    await expect(resolved).rejects.toThrow("the template has no parameter Stage");
  });

  test("a NoEcho value, without showing it", async () => {
    const secret = parameterValue({ Type: "String", NoEcho: true, AllowedPattern: "a" }, "hunter2");
    await expect(secret).rejects.toThrow("Parameters.P: its value does not match");
    await expect(secret).rejects.not.toThrow("hunter2");
  });
});
