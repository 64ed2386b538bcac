import { App } from "aws-cdk-lib";
import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigError, parseConfig } from "../../../infra/config.ts";
import { LongshoreStack } from "../../../infra/longshore-stack.ts";
import { CERTIFICATE, OIDC } from "./combinations.ts";
import { readable, resourcesOf } from "./resources.ts";
import { synthesize } from "./synthesize.ts";

const synthesized = (settings: Readonly<Record<string, unknown>> = {}) =>
  synthesize({ settings, assets: false }).template;

/** Properties of the console's resources of a type. */
const ofConsole = (template: Template, type: string) =>
  resourcesOf(template, type)
    .filter(([id]) => readable(id).startsWith("Console"))
    .map(([, { Properties }]) => Properties);

const policy = z.looseObject({
  PolicyType: z.string(),
  TargetTrackingScalingPolicyConfiguration: z
    .looseObject({ PredefinedMetricSpecification: z.looseObject({ PredefinedMetricType: z.string() }) })
    .optional(),
});

function policiesOf(template: Template): string[] {
  return ofConsole(template, "AWS::ApplicationAutoScaling::ScalingPolicy")
    .map((properties) => policy.parse(properties))
    .map(
      ({ PolicyType, TargetTrackingScalingPolicyConfiguration: tracking }) =>
        tracking?.PredefinedMetricSpecification.PredefinedMetricType ?? PolicyType,
    )
    .sort();
}

describe("the console's service", () => {
  const template = synthesized();

  it("is two tasks, replaced without a gap, and goes back when a deployment fails", () => {
    expect(ofConsole(template, "AWS::ECS::Service")).toMatchObject([
      {
        DesiredCount: 2,
        DeploymentConfiguration: {
          DeploymentCircuitBreaker: { Enable: true, Rollback: true },
          MinimumHealthyPercent: 100,
          MaximumPercent: 200,
        },
      },
    ]);
  });

  it("is drained: the load balancer gives its requests thirty seconds, the task some to end by itself", () => {
    const [group] = ofConsole(template, "AWS::ElasticLoadBalancingV2::TargetGroup");
    expect(group?.TargetGroupAttributes).toContainEqual({
      Key: "deregistration_delay.timeout_seconds",
      Value: "30",
    });
  });
});

describe("the console scales", () => {
  it("by target tracking on CPU, memory and requests per target", () => {
    expect(policiesOf(synthesized())).toEqual([
      "ALBRequestCountPerTarget",
      "ECSServiceAverageCPUUtilization",
      "ECSServiceAverageMemoryUtilization",
    ]);
  });

  it("by CPU and memory alone behind a load balancer that counts no requests", () => {
    expect(policiesOf(synthesized({ loadBalancer: "nlb" }))).toEqual([
      "ECSServiceAverageCPUUtilization",
      "ECSServiceAverageMemoryUtilization",
    ]);
  });

  it("in steps, and by the clock", () => {
    const template = synthesized({ consoleScaling: "step", consoleHours: "8-18:4:Europe/Berlin" });
    expect(new Set(policiesOf(template))).toEqual(new Set(["StepScaling"]));
    expect(ofConsole(template, "AWS::ApplicationAutoScaling::ScalableTarget")).toMatchObject([
      {
        ScheduledActions: [
          {
            Schedule: "cron(0 8 ? * MON-FRI *)",
            Timezone: "Europe/Berlin",
            ScalableTargetAction: { MinCapacity: 4 },
          },
          {
            Schedule: "cron(0 18 ? * MON-FRI *)",
            Timezone: "Europe/Berlin",
            ScalableTargetAction: { MinCapacity: 2 },
          },
        ],
      },
    ]);
  });
});

describe("sign-in at the load balancer", () => {
  const config = (more: Readonly<Record<string, unknown>> = {}) =>
    parseConfig({
      certificateArn: CERTIFICATE,
      loadBalancerScheme: "internet-facing",
      allowedCidrs: "198.51.100.0/24",
      ...OIDC,
      ...more,
    });

  it("is refused in a region whose keys AWS documents no address of, unless one is given", () => {
    const env = { account: "123456789012", region: "cn-north-1" };
    const context = { "aws:cdk:bundling-stacks": [] };
    const made = (settings: ReturnType<typeof config>) =>
      new LongshoreStack(new App({ context }), "Longshore", { config: settings, env });
    expect(() => made(config())).toThrow(ConfigError);
    expect(() => made(config())).toThrow(/oidcKeysUrl: is needed in cn-north-1/);
    expect(() => made(config({ oidcKeysUrl: "https://keys.example.com" }))).not.toThrow();
  });
});
