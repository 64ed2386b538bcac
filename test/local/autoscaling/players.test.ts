import { afterEach, beforeEach, expect, it } from "vitest";
import { createClock } from "../../../local/clock.ts";
import { scalableTargetPlayer, scalingPolicyPlayer } from "../../../local/players/autoscaling.ts";
import { resourceToPlay } from "../logs/resource-to-play.ts";
import { type RunningAutoScaling, startAutoScaling, TARGET } from "./start-autoscaling.ts";

let running: RunningAutoScaling;
beforeEach(async () => {
  running = await startAutoScaling(createClock());
});
afterEach(() => running.stop());

const ID = "service/c/s|ecs:service:DesiredCount|ecs";
const target = (ScheduledActions: Record<string, unknown>[] = []) =>
  resourceToPlay("AWS::ApplicationAutoScaling::ScalableTarget", {
    ...TARGET,
    MinCapacity: "1",
    MaxCapacity: 4,
    RoleARN: "arn:aws:iam::000000000000:role/scaling",
    ScheduledActions,
  });
const policy = (type: "StepScaling" | "TargetTrackingScaling", configuration: Record<string, unknown>) =>
  resourceToPlay("AWS::ApplicationAutoScaling::ScalingPolicy", {
    PolicyName: "p",
    PolicyType: type,
    ScalingTargetId: ID,
    [`${type}PolicyConfiguration`]: configuration,
  });

it("a scalable target has the scheduled actions of the template, and no others", async () => {
  const player = scalableTargetPlayer(running.autoScaling);
  const action = (ScheduledActionName: string) => ({
    ScheduledActionName,
    Schedule: "cron(0 8 ? * MON-FRI *)",
    Timezone: "Europe/Berlin",
    ScalableTargetAction: { MinCapacity: 2 },
  });
  expect(await player.play(target([action("begin"), action("end")]))).toEqual({
    ref: ID,
    attributes: { Id: ID },
  });
  await player.play(target([action("end")]));
  expect(await running.call("DescribeScheduledActions", { ServiceNamespace: "ecs" })).toMatchObject({
    ScheduledActions: [
      { ScheduledActionName: "end", Timezone: "Europe/Berlin", ScalableTargetAction: { MinCapacity: 2 } },
    ],
  });
  expect(await running.call("DescribeScalableTargets", { ServiceNamespace: "ecs" })).toMatchObject({
    ScalableTargets: [{ MinCapacity: 1, MaxCapacity: 4, RoleARN: "arn:aws:iam::000000000000:role/scaling" }],
  });
});

it("a policy's reference is the ARN that alarms act on, the same at every start", async () => {
  await scalableTargetPlayer(running.autoScaling).play(target());
  const player = scalingPolicyPlayer(running.autoScaling);
  const resource = policy("StepScaling", {
    AdjustmentType: "ChangeInCapacity",
    Cooldown: 60,
    MetricAggregationType: "Average",
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
  });
  const { ref } = await player.play(resource);
  expect(ref).toMatch(
    /^arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[\w-]+:resource\/ecs\/service\/c\/s:policyName\/p$/,
  );
  expect((await player.play(resource)).ref).toBe(ref);
});

it("a target takes its policies and their alarms with it", async () => {
  const targets = scalableTargetPlayer(running.autoScaling);
  const values = await targets.play(target());
  await scalingPolicyPlayer(running.autoScaling).play(
    policy("TargetTrackingScaling", {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
    }),
  );
  expect((await running.cloudWatch.call("DescribeAlarms")).MetricAlarms).toHaveLength(2);
  await targets.remove({ ...target(), ...values });
  expect((await running.cloudWatch.call("DescribeAlarms")).MetricAlarms).toEqual([]);
  expect(await running.call("DescribeScalingPolicies", { ServiceNamespace: "ecs" })).toEqual({
    ScalingPolicies: [],
  });
});
