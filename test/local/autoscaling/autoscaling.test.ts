import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startManualClock } from "../logs/start-logs.ts";
import { type RunningAutoScaling, startAutoScaling, TARGET } from "./start-autoscaling.ts";

const MINUTE = 60_000;
let clock: ReturnType<typeof startManualClock>;
let running: RunningAutoScaling;
let values: Record<string, number>;

beforeEach(async () => {
  clock = startManualClock(Date.parse("2026-11-23T06:00:00Z"));
  values = {};
  running = await startAutoScaling(clock, (put, atMs) => {
    for (const [name, value] of Object.entries(values)) put("App", name, {}, value, "Count", atMs);
  });
});
afterEach(() => running.stop());

const register = (MinCapacity = 1, MaxCapacity = 10) =>
  running.call("RegisterScalableTarget", { ...TARGET, MinCapacity, MaxCapacity });
const activities = async () =>
  (await running.call("DescribeScalingActivities", { ServiceNamespace: "ecs" })).ScalingActivities as Record<
    string,
    unknown
  >[];
const minutes = (count: number) => {
  for (let index = 0; index < count; index += 1) clock.advance(MINUTE);
};

const STEPS = {
  AdjustmentType: "ChangeInCapacity",
  Cooldown: 120,
  StepAdjustments: [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 2 },
    { MetricIntervalLowerBound: 10, ScalingAdjustment: 3 },
  ],
};

async function stepPolicy(configuration: Record<string, unknown> = STEPS): Promise<void> {
  const { PolicyARN } = await running.call("PutScalingPolicy", {
    ...TARGET,
    PolicyName: "out",
    PolicyType: "StepScaling",
    StepScalingPolicyConfiguration: configuration,
  });
  await running.cloudWatch.call("PutMetricAlarm", {
    AlarmName: "backlog",
    Namespace: "App",
    MetricName: "Backlog",
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    AlarmActions: [PolicyARN],
  });
}

describe("step scaling", () => {
  it("moves the desired count by the alarm's distance, again when the cooldown is over", async () => {
    await register();
    await stepPolicy();
    values = { Backlog: 6 };
    minutes(1);
    expect(running.set).toEqual([3]);
    minutes(1);
    expect(running.set).toEqual([3]);
    // A larger step in the cooldown: three instead of two, of which two are there.
    values = { Backlog: 50 };
    running.set.length = 0;
    minutes(2);
    expect(running.set[0]).toBeGreaterThan(3);
    values = { Backlog: 0 };
    running.set.length = 0;
    minutes(5);
    expect(running.set).toEqual([]);
  });

  it("starts the first task of a service that is scaled to zero", async () => {
    Object.assign(running.service, { desired: 0, running: 0 });
    await register(0, 4);
    await stepPolicy({
      AdjustmentType: "ExactCapacity",
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    });
    values = { Backlog: 5 };
    minutes(1);
    expect(running.service.desired).toBe(1);
  });

  it("says what it did, and why", async () => {
    await register();
    await stepPolicy();
    values = { Backlog: 6 };
    minutes(1);
    expect(await activities()).toMatchObject([
      {
        ResourceId: "service/c/s",
        Description: "Setting desired count to 3.",
        Cause: "monitor alarm backlog in state ALARM triggered policy out",
        StatusCode: "Successful",
        StatusMessage: "Successfully set desired count to 3. Change successfully fulfilled by ecs.",
      },
    ]);
  });

  it("waits while it is suspended", async () => {
    await register();
    await running.call("RegisterScalableTarget", {
      ...TARGET,
      SuspendedState: { DynamicScalingOutSuspended: true },
    });
    await stepPolicy();
    values = { Backlog: 6 };
    minutes(2);
    expect(running.set).toEqual([]);
  });
});

describe("target tracking", () => {
  const track = (more: Record<string, unknown> = {}, PolicyName = "load") =>
    running.call("PutScalingPolicy", {
      ...TARGET,
      PolicyName,
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        CustomizedMetricSpecification: { Namespace: "App", MetricName: "Load", Statistic: "Average" },
        ScaleOutCooldown: 60,
        ScaleInCooldown: 60,
        ...more,
      },
    });

  it("adds in proportion after three minutes, takes away after fifteen", async () => {
    Object.assign(running.service, { desired: 2, running: 2 });
    await register();
    await track();
    values = { Load: 100 };
    minutes(2);
    expect(running.set).toEqual([]);
    minutes(1);
    expect(running.set).toEqual([4]);
    values = { Load: 20 };
    running.set.length = 0;
    minutes(14);
    expect(running.set).toEqual([]);
    minutes(1);
    expect(running.set).toEqual([2]);
    expect((await activities())[0]).toMatchObject({
      Cause: expect.stringMatching(
        /^monitor alarm TargetTracking-service\/c\/s-AlarmLow-.* in state ALARM triggered policy load$/,
      ),
    });
  });

  it("tracks metric math", async () => {
    await register();
    await track({
      TargetValue: 10,
      CustomizedMetricSpecification: {
        Metrics: [
          {
            Id: "waiting",
            MetricStat: { Metric: { Namespace: "App", MetricName: "Waiting" }, Stat: "Sum" },
            ReturnData: false,
          },
          {
            Id: "workers",
            MetricStat: { Metric: { Namespace: "App", MetricName: "Workers" }, Stat: "Average" },
            ReturnData: false,
          },
          { Id: "each", Expression: "waiting / workers" },
        ],
      },
    });
    values = { Waiting: 45, Workers: 1 };
    minutes(3);
    expect(running.service.desired).toBe(5);
  });

  it("keeps its two alarms: as CloudWatch shows them, one without scale-in, none without the policy", async () => {
    await register();
    const alarms = async () => (await running.cloudWatch.call("DescribeAlarms")).MetricAlarms;
    const { PolicyARN } = await track();
    expect(await alarms()).toMatchObject([
      {
        EvaluationPeriods: 3,
        Period: 60,
        Threshold: 50,
        ComparisonOperator: "GreaterThanThreshold",
        AlarmActions: [PolicyARN],
      },
      { EvaluationPeriods: 15, Period: 60, Threshold: 45, ComparisonOperator: "LessThanThreshold" },
    ]);
    expect((await track({ DisableScaleIn: true })).PolicyARN).toBe(PolicyARN);
    expect(await alarms()).toMatchObject([{ Threshold: 50 }]);
    await running.call("DeleteScalingPolicy", { ...TARGET, PolicyName: "load" });
    expect(await alarms()).toEqual([]);
  });

  it("takes away only when every policy agrees", async () => {
    Object.assign(running.service, { desired: 4, running: 4 });
    await register();
    await track();
    await track(
      { CustomizedMetricSpecification: { Namespace: "App", MetricName: "Memory", Statistic: "Average" } },
      "memory",
    );
    values = { Load: 10, Memory: 48 };
    minutes(20);
    expect(running.set).toEqual([]);
    values = { Load: 10, Memory: 25 };
    minutes(15);
    expect(running.set).toEqual([2]);
  });

  it.each([
    ["ECSServiceAverageCPUUtilization", undefined, "AWS/ECS", "CPUUtilization", "Average"],
    ["ECSServiceAverageMemoryUtilization", undefined, "AWS/ECS", "MemoryUtilization", "Average"],
    [
      "ALBRequestCountPerTarget",
      "app/a/1/targetgroup/t/2",
      "AWS/ApplicationELB",
      "RequestCountPerTarget",
      "Sum",
    ],
  ])("knows %s", async (PredefinedMetricType, ResourceLabel, Namespace, MetricName, Statistic) => {
    await register();
    await track({
      CustomizedMetricSpecification: undefined,
      PredefinedMetricSpecification: { PredefinedMetricType, ResourceLabel },
    });
    expect((await running.cloudWatch.call("DescribeAlarms")).MetricAlarms).toMatchObject([
      { Namespace, MetricName, Statistic },
      { Namespace, MetricName, Statistic },
    ]);
  });
});

describe("limits", () => {
  it("move the desired count at once when they change", async () => {
    await register(3, 5);
    expect(running.set).toEqual([3]);
    await running.call("RegisterScalableTarget", { ...TARGET, MinCapacity: 0, MaxCapacity: 2 });
    expect(running.set).toEqual([3, 2]);
    expect((await activities()).map(({ Cause }) => Cause)).toEqual([
      "maximum capacity was set to 2",
      "minimum capacity was set to 3",
    ]);
  });

  it("change on a schedule, in its time zone", async () => {
    await register(0, 10);
    Object.assign(running.service, { desired: 0, running: 0 });
    const action = (ScheduledActionName: string, Schedule: string, MinCapacity: number) =>
      running.call("PutScheduledAction", {
        ...TARGET,
        ScheduledActionName,
        Schedule,
        Timezone: "Europe/Berlin",
        ScalableTargetAction: { MinCapacity },
      });
    await action("begin", "cron(0 8 ? * MON-FRI *)", 2);
    await action("end", "cron(0 18 ? * MON-FRI *)", 0);
    // It is Monday, 07:00 in Berlin.
    clock.advance(59 * MINUTE);
    expect(running.set).toEqual([]);
    clock.advance(MINUTE);
    expect(running.set).toEqual([2]);
    clock.advance(10 * 60 * MINUTE);
    const { ScalableTargets } = await running.call("DescribeScalableTargets", { ServiceNamespace: "ecs" });
    expect(ScalableTargets).toMatchObject([{ MinCapacity: 0, MaxCapacity: 10 }]);
    expect(running.set).toEqual([2]);
    expect((await activities()).map(({ Cause, StatusMessage }) => [Cause, StatusMessage])).toEqual([
      ["scheduled action name end was triggered", "Successfully set min capacity to 0"],
      [
        "minimum capacity was set to 2",
        "Successfully set desired count to 2. Change successfully fulfilled by ecs.",
      ],
      ["scheduled action name begin was triggered", "Successfully set min capacity to 2"],
    ]);
  });
});

describe("what is refused", () => {
  const policy = { ...TARGET, PolicyName: "p" };
  it.each([
    [
      "other services",
      "RegisterScalableTarget",
      { ...TARGET, ServiceNamespace: "dynamodb", MinCapacity: 1, MaxCapacity: 2 },
      "NotImplemented",
    ],
    [
      "services that do not exist",
      "RegisterScalableTarget",
      { ...TARGET, ResourceId: "service/c/x", MinCapacity: 1, MaxCapacity: 2 },
      "ValidationException",
    ],
    [
      "a minimum above the maximum",
      "RegisterScalableTarget",
      { ...TARGET, MinCapacity: 3, MaxCapacity: 2 },
      "ValidationException",
    ],
    [
      "a policy for nothing",
      "PutScalingPolicy",
      { ...policy, StepScalingPolicyConfiguration: STEPS },
      "ObjectNotFoundException",
    ],
    [
      "predictive scaling",
      "PutScalingPolicy",
      { ...policy, PolicyType: "PredictiveScaling" },
      "NotImplemented",
    ],
    [
      "a policy without its configuration",
      "PutScalingPolicy",
      { ...policy, PolicyType: "StepScaling" },
      "ValidationException",
    ],
    [
      "an action that is not there",
      "DeleteScheduledAction",
      { ...TARGET, ScheduledActionName: "x" },
      "ObjectNotFoundException",
    ],
    [
      "what is not known",
      "DescribeScalingActivities",
      { ServiceNamespace: "ecs", IncludeNotScaledActivities: true },
      "NotImplemented",
    ],
  ])("%s", async (_what, operation, input, name) => {
    await expect(running.call(operation, input)).rejects.toMatchObject({ name });
  });

  it.each([
    [
      "steps that overlap",
      [
        { MetricIntervalLowerBound: 0, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 5, ScalingAdjustment: 2 },
      ],
      "overlap",
    ],
    [
      "steps with a gap",
      [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 5, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 6, ScalingAdjustment: 2 },
      ],
      "gap",
    ],
  ])("%s", async (_what, StepAdjustments, message) => {
    await register();
    await expect(stepPolicy({ ...STEPS, StepAdjustments })).rejects.toThrow(message);
  });
});
