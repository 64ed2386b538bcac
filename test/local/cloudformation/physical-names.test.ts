import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { physicalName } from "../../../local/cloudformation/physical-names.ts";

const named = (type: string, stackName = "Longshore", logicalId = "JobsQueue12AB34CD") =>
  physicalName({ stackName, logicalId, type });

describe("a physical name", () => {
  test("is stack, logical id and 13 characters of hash", () => {
    expect(named("AWS::SQS::Queue")).toMatch(/^Longshore-JobsQueue12AB34CD-[0-9A-Z]{13}$/);
  });

  test("is the same every time, whatever the type's rules", () => {
    expect(named("AWS::SQS::Queue")).toBe(named("AWS::SNS::Topic"));
  });

  test("differs between stacks and between logical ids, however they are cut", () => {
    const type = "AWS::ElasticLoadBalancingV2::TargetGroup";
    const names = ["StackWithALongName1", "StackWithALongName2"].flatMap((stack) =>
      ["TargetsWithALongName1", "TargetsWithALongName2"].map((id) => named(type, stack, id)),
    );
    expect(new Set(names).size).toBe(4);
  });

  test("ends in the suffix that the caller asks for", () => {
    const name = physicalName(
      { stackName: "S".repeat(90), logicalId: "Q".repeat(90), type: "AWS::SQS::Queue" },
      { suffix: ".fifo" },
    );
    expect(name).toMatch(/^S+-Q+-[0-9A-Z]{13}\.fifo$/);
    expect(name).toHaveLength(80);
  });

  const identifier = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,120}$/);

  test("of a bucket is one that S3 takes", () => {
    fc.assert(
      fc.property(identifier, identifier, (stack, id) => {
        expect(named("AWS::S3::Bucket", stack, id)).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
      }),
    );
  });

  test.each([
    ["AWS::Lambda::Function", 64],
    ["AWS::IAM::Role", 64],
    ["AWS::SQS::Queue", 80],
    ["AWS::ElasticLoadBalancingV2::LoadBalancer", 32],
  ])("of %s has at most %i characters and keeps a piece of both names", (type, limit) => {
    fc.assert(
      fc.property(identifier, identifier, (stack, id) => {
        const name = named(type, stack, id);
        expect(name.length).toBeLessThanOrEqual(limit);
        const [stackPart = "", idPart = ""] = name.split("-");
        expect(stackPart.length * idPart.length).toBeGreaterThan(0);
        expect([stack.startsWith(stackPart), id.startsWith(idPart)]).toEqual([true, true]);
      }),
    );
  });
});
