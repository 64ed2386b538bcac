import { expect, test } from "vitest";
import { resolveDynamicReferences } from "../../../local/cloudformation/dynamic-references.ts";

const lookup = async (reference: { service: string; reference: string }) =>
  `<${reference.service} ${reference.reference}>`;

test("each kind of dynamic reference is looked up, wherever it stands", async () => {
  const value = {
    a: ["x {{resolve:ssm:/a/b:3}} y {{resolve:ssm-secure:/c}}"],
    b: { c: "{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:1:secret:s:SecretString:key}}" },
    d: 5,
  };
  expect(await resolveDynamicReferences(value, lookup)).toEqual({
    a: ["x <ssm /a/b:3> y <ssm-secure /c>"],
    b: { c: "<secretsmanager arn:aws:secretsmanager:us-east-1:1:secret:s:SecretString:key>" },
    d: 5,
  });
});

test.each(["{{resolve:other:x}}", "{{resolve:ssm:}}", "{{x}}"])("%s is none", async (text) => {
  expect(await resolveDynamicReferences(text, lookup)).toBe(text);
});
