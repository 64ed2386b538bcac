import { afterEach, expect, it, vi } from "vitest";
import { createClock } from "../../../local/clock.ts";
import { type RunningAutoScaling, startAutoScaling, TARGET } from "./start-autoscaling.ts";

let running: RunningAutoScaling | undefined;
afterEach(() => running?.stop());

it("a backlog raises an alarm, the alarm adds tasks, and an empty queue takes them away again", async () => {
  let backlog = 0;
  // A minute is a tenth of a second.
  running = await startAutoScaling(createClock(600), (put, atMs) =>
    put("App", "Backlog", {}, backlog, "Count", atMs),
  );
  const { call, cloudWatch, events, service } = running;
  Object.assign(service, { desired: 0, running: 0 });
  await call("RegisterScalableTarget", { ...TARGET, MinCapacity: 0, MaxCapacity: 5 });
  const policy = async (PolicyName: string, step: Record<string, unknown>) =>
    (
      await call("PutScalingPolicy", {
        ...TARGET,
        PolicyName,
        PolicyType: "StepScaling",
        StepScalingPolicyConfiguration: {
          AdjustmentType: "ExactCapacity",
          Cooldown: 60,
          StepAdjustments: [step],
        },
      })
    ).PolicyARN;
  const alarm = async (AlarmName: string, ComparisonOperator: string, Threshold: number, action: unknown) =>
    cloudWatch.callCbor("PutMetricAlarm", {
      AlarmName,
      Namespace: "App",
      MetricName: "Backlog",
      Statistic: "Maximum",
      Period: 60,
      EvaluationPeriods: 2,
      DatapointsToAlarm: 2,
      Threshold,
      ComparisonOperator,
      AlarmActions: [action],
    });
  const out = await policy("out", { MetricIntervalLowerBound: 0, ScalingAdjustment: 3 });
  const into = await policy("in", { MetricIntervalUpperBound: 0, ScalingAdjustment: 0 });
  await alarm("busy", "GreaterThanOrEqualToThreshold", 10, out);
  await alarm("idle", "LessThanOrEqualToThreshold", 0, into);

  backlog = 50;
  await vi.waitFor(() => expect(service.desired).toBe(3), { timeout: 10_000 });
  backlog = 0;
  await vi.waitFor(() => expect(service.desired).toBe(0), { timeout: 10_000 });

  const told = events.map(({ detail }) => `${detail.alarmName} ${(detail.state as { value: string }).value}`);
  expect(told).toContain("busy ALARM");
  expect(told.indexOf("busy OK", told.indexOf("busy ALARM"))).toBeGreaterThan(0);
  expect(told).toContain("idle ALARM");
  const { ScalingActivities } = await call("DescribeScalingActivities", { ServiceNamespace: "ecs" });
  expect((ScalingActivities as Record<string, unknown>[]).map(({ Cause }) => Cause)).toEqual([
    "monitor alarm idle in state ALARM triggered policy in",
    "monitor alarm busy in state ALARM triggered policy out",
  ]);
});
