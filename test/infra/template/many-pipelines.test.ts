import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkPipelines } from "../../../infra/check-pipelines.ts";
import { manyPipelines } from "../support/many-pipelines.ts";
import { resourcesOf, statementsIn } from "./resources.ts";
import { synthesize } from "./synthesize.ts";

const COUNT = 40;
const { template } = synthesize({ pipelines: checkPipelines(manyPipelines(COUNT)) });
const of = (type: string) => resourcesOf(template, type);

/** Characters of a value once its references are names and ARNs of the longest kind. */
function charactersOf(value: unknown): number {
  return JSON.stringify(value, (_, each) =>
    typeof each === "object" && each !== null && ("Ref" in each || "Fn::GetAtt" in each)
      ? "x".repeat(140)
      : each,
  ).length;
}

/** AWS's quotas, by their pages in the services' guides. */
describe("with 40 pipelines", () => {
  it("functions' environments hold no more than Lambda's 4 KB", () => {
    for (const [id, { Properties }] of of("AWS::Lambda::Function")) {
      expect(charactersOf(Properties.Environment), id).toBeLessThan(4096);
    }
  });

  it("task definitions hold no more than ECS's 64 KB", () => {
    const sizes = of("AWS::ECS::TaskDefinition").map(([, { Properties }]) => charactersOf(Properties));
    expect(Math.max(...sizes)).toBeLessThan(64 * 1024);
    expect(Math.max(...sizes)).toBeGreaterThan(10 * 1024);
  });

  it("queues' policies hold no more than SQS's 20 statements, 10 conditions and 8 KB", () => {
    const policies = of("AWS::SQS::QueuePolicy");
    expect(policies.length).toBeGreaterThan(5);
    for (const [id, { Properties }] of policies) {
      const statements = statementsIn(Properties.PolicyDocument);
      expect(statements.length, id).toBeLessThanOrEqual(20);
      expect(statements.filter(({ Condition }) => Condition).length, id).toBeLessThanOrEqual(10);
      expect(charactersOf(Properties.PolicyDocument), id).toBeLessThan(8192);
    }
  });

  it("functions' policies do not grow, and rules' patterns hold no more than EventBridge's 2,048 characters", () => {
    expect(of("AWS::Lambda::Permission").length).toBeLessThan(10);
    const patterns = of("AWS::Events::Rule").flatMap(([, { Properties }]) => Properties.EventPattern ?? []);
    expect(patterns.length).toBeGreaterThan(2 * COUNT - 2);
    for (const pattern of patterns) expect(charactersOf(pattern)).toBeLessThanOrEqual(2048 + 140 - 63);
  });

  it("the template stays under CloudFormation's 500 resources and 1 MB", () => {
    const whole = z.object({ Resources: z.record(z.string(), z.unknown()) }).parse(template.toJSON());
    expect(Object.keys(whole.Resources).length).toBeLessThan(400);
    expect(JSON.stringify(whole).length).toBeLessThan(800 * 1024);
  });
});
