import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { performAction } from "../../../local/cloudwatch/alarms/perform-action.ts";
import type { Act, AlarmEvent } from "../../../local/cloudwatch/create-cloudwatch.ts";
import { startManualClock } from "../logs/start-logs.ts";
import { type RunningCloudWatch, startCloudWatch } from "./start-cloudwatch.ts";

const MINUTE = 60_000;
const TOPIC = "arn:aws:sns:us-east-1:000000000000:people";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f";
const POLICY =
  "arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:1:resource/ecs/service/c/s:policyName/p";

let running: RunningCloudWatch;
let clock: ReturnType<typeof startManualClock>;
let events: AlarmEvent[];
let done: { action: string; payload: unknown }[];

const realm = { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "" } as const;

const act: Act = (actionArn, alarm, transition) =>
  performAction(
    realm,
    {
      publishToTopic: (action, payload) => done.push({ action, payload }),
      invokeFunction: (action, payload) => done.push({ action, payload: JSON.parse(payload) as unknown }),
      scale: (action, _alarm, { to }) =>
        done.push({ action, payload: JSON.parse(to.reasonData ?? "{}") as unknown }),
    },
    { actionArn, alarm, transition },
  );

beforeEach(async () => {
  // A minute's beginning, so that each advance is one period.
  clock = startManualClock(Math.floor(Date.now() / MINUTE) * MINUTE);
  events = [];
  done = [];
  running = await start();
});
afterEach(() => running.stop());

async function start(file?: string): Promise<RunningCloudWatch> {
  const started = await startCloudWatch({
    clock,
    publish: (event) => events.push(event),
    act,
    ...(file !== undefined && { file }),
  });
  started.cloudWatch.start();
  return started;
}

/** A minute in which the metric has a value; undefined for none. */
function minute(value?: number): void {
  if (value !== undefined)
    running.cloudWatch.put("App", "Backlog", { Q: "a" }, value, "Count", clock.now() + 1_000);
  clock.advance(MINUTE);
}

const backlog = { Namespace: "App", MetricName: "Backlog", Dimensions: [{ Name: "Q", Value: "a" }] };
const alarm = (more: Record<string, unknown> = {}) =>
  running.call("PutMetricAlarm", {
    AlarmName: "backlog",
    AlarmDescription: "too much",
    ...backlog,
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: "GreaterThanThreshold",
    ...more,
  });
const describeOne = async () =>
  ((await running.call("DescribeAlarms")).MetricAlarms as Record<string, unknown>[])[0] ?? {};
const state = () => running.cloudWatch.describeAlarm("backlog")?.state.value;

describe("an alarm of one metric", () => {
  it("begins without data, and changes as its metric does", async () => {
    await alarm();
    expect(await describeOne()).toMatchObject({
      StateValue: "INSUFFICIENT_DATA",
      StateReason: "Unchecked: Initial alarm creation",
      AlarmArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:backlog",
    });
    minute(1);
    expect(state()).toBe("OK");
    minute(9);
    expect(await describeOne()).toMatchObject({
      StateValue: "ALARM",
      StateReason: expect.stringMatching(
        /^Threshold Crossed: 1 datapoint \[9\.0 \(\d\d\/\d\d\/\d\d \d\d:\d\d:00\)\] was greater than the threshold \(5\.0\)\.$/,
      ),
    });
    expect(JSON.parse(String((await describeOne()).StateReasonData))).toMatchObject({
      period: 60,
      statistic: "Maximum",
      recentDatapoints: [9],
      threshold: 5,
      evaluatedDatapoints: [{ sampleCount: 1, value: 9 }],
    });
    minute(2);
    expect(state()).toBe("OK");
  });

  it("goes without data only after the whole evaluation range is empty", async () => {
    await alarm();
    minute(9);
    minute();
    minute();
    expect(state()).toBe("ALARM");
    minute();
    expect(await describeOne()).toMatchObject({
      StateValue: "INSUFFICIENT_DATA",
      StateReason: "Insufficient Data: 1 datapoint was unknown.",
    });
  });

  it("takes M of N, and says so", async () => {
    await alarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: "notBreaching" });
    for (const value of [9, 1, 1]) minute(value);
    expect(state()).toBe("OK");
    minute(8);
    minute(7);
    expect((await describeOne()).StateReason).toMatch(
      /^Threshold Crossed: 2 out of the last 3 datapoints \[7\.0 .*, 8\.0 .*\] were greater than the threshold \(5\.0\) \(minimum 2 datapoints for OK -> ALARM transition\)\.$/,
    );
  });

  it("says how missing data was treated", async () => {
    await alarm({ TreatMissingData: "breaching" });
    minute();
    expect(await describeOne()).toMatchObject({
      StateValue: "ALARM",
      StateReason:
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
    });
  });

  it("of ten seconds is evaluated every ten seconds", async () => {
    await alarm({ Period: 10 });
    await running.call("PutMetricData", {
      Namespace: "App",
      MetricData: [
        {
          ...backlog,
          Namespace: undefined,
          Value: 9,
          Timestamp: clock.now() / 1000 + 2,
          StorageResolution: 1,
        },
      ],
    });
    clock.advance(10_000);
    expect(state()).toBe("ALARM");
  });

  it("is in the state that it is set to until the next evaluation", async () => {
    await alarm();
    minute(1);
    await running.call("SetAlarmState", { AlarmName: "backlog", StateValue: "ALARM", StateReason: "a test" });
    expect(state()).toBe("ALARM");
    expect(events.at(-1)?.detail).toMatchObject({ state: { value: "ALARM", reason: "a test" } });
    minute(1);
    expect(state()).toBe("OK");
  });

  it("keeps its state over a restart, and tells nobody twice", async () => {
    await alarm({ AlarmActions: [TOPIC] });
    minute(9);
    expect(events).toHaveLength(1);
    running.cloudWatch.stop();
    const next = await start(running.file);
    expect(next.cloudWatch.describeAlarm("backlog")?.state.value).toBe("ALARM");
    next.cloudWatch.put("App", "Backlog", { Q: "a" }, 9, "Count", clock.now());
    clock.advance(MINUTE);
    expect(events).toHaveLength(1);
    next.cloudWatch.put("App", "Backlog", { Q: "a" }, 1, "Count", clock.now());
    clock.advance(MINUTE);
    expect(events).toHaveLength(2);
    await next.stop();
  });
});

describe("an alarm of metric math", () => {
  it("is raised by what its expression comes to", async () => {
    await running.call("PutMetricAlarm", {
      AlarmName: "backlog",
      Metrics: [
        { Id: "e1", Expression: "waiting / IF(FILL(workers, 0) < 1, 1, FILL(workers, 0))" },
        {
          Id: "waiting",
          MetricStat: { Metric: backlog, Period: 60, Stat: "Maximum" },
          ReturnData: false,
        },
        {
          Id: "workers",
          MetricStat: { Metric: { Namespace: "App", MetricName: "Workers" }, Period: 60, Stat: "Average" },
          ReturnData: false,
        },
      ],
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
    });
    minute(8);
    expect(state()).toBe("ALARM");
    running.cloudWatch.put("App", "Workers", {}, 4, "Count", clock.now() + 1_000);
    minute(8);
    expect(state()).toBe("OK");
    expect(events.at(-1)?.detail).toMatchObject({
      configuration: {
        metrics: [
          { id: "e1", expression: expect.any(String), returnData: true },
          { id: "waiting" },
          { id: "workers" },
        ],
      },
    });
  });
});

describe("what an alarm does", () => {
  it("goes to the bus as an event of its change", async () => {
    await alarm();
    minute(1);
    minute(9);
    expect(events.map(({ detail }) => (detail.state as { value: string }).value)).toEqual(["OK", "ALARM"]);
    expect(events[1]).toMatchObject({
      source: "aws.cloudwatch",
      "detail-type": "CloudWatch Alarm State Change",
      resources: ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:backlog"],
      detail: {
        alarmName: "backlog",
        state: { value: "ALARM", timestamp: expect.stringMatching(/^\d{4}-.*\+0000$/) },
        previousState: { value: "OK" },
        configuration: {
          description: "too much",
          metrics: [
            {
              metricStat: {
                metric: { namespace: "App", name: "Backlog", dimensions: { Q: "a" } },
                period: 60,
                stat: "Maximum",
              },
              returnData: true,
            },
          ],
        },
      },
    });
  });

  it("tells topics and functions of a change once, and scaling policies every minute that it stands", async () => {
    await alarm({ AlarmActions: [TOPIC, FUNCTION, POLICY], OKActions: [TOPIC] });
    minute(9);
    minute(8);
    minute(7);
    expect(done.map(({ action }) => action)).toEqual([TOPIC, FUNCTION, POLICY, POLICY, POLICY]);
    expect(done.at(-1)?.payload).toMatchObject({ recentDatapoints: [7] });
    const { subject, message } = z
      .object({ subject: z.string(), message: z.string() })
      .parse(done[0]?.payload);
    expect(subject).toBe('ALARM: "backlog" in US East (N. Virginia)');
    expect(JSON.parse(message)).toMatchObject({
      AlarmName: "backlog",
      NewStateValue: "ALARM",
      OldStateValue: "INSUFFICIENT_DATA",
      Trigger: {
        MetricName: "Backlog",
        Namespace: "App",
        StatisticType: "Statistic",
        Statistic: "MAXIMUM",
        Dimensions: [{ value: "a", name: "Q" }],
        Period: 60,
        Threshold: 5,
      },
    });
    expect(done[1]?.payload).toMatchObject({
      source: "aws.cloudwatch",
      alarmData: { alarmName: "backlog", state: { value: "ALARM" } },
    });
    done = [];
    minute(1);
    minute(1);
    expect(done.map(({ action }) => action)).toEqual([TOPIC]);
  });

  it("does nothing but change while its actions are disabled", async () => {
    await alarm({ AlarmActions: [TOPIC] });
    await running.call("DisableAlarmActions", { AlarmNames: ["backlog"] });
    minute(9);
    expect(done).toEqual([]);
    expect(events).toHaveLength(1);
    minute(1);
    await running.call("EnableAlarmActions", { AlarmNames: ["backlog"] });
    minute(9);
    expect(done).toHaveLength(1);
  });

  it("leaves a history of what it was, what it did and how it was made", async () => {
    await alarm({ AlarmActions: [TOPIC] });
    minute(9);
    await Promise.resolve();
    const { AlarmHistoryItems } = await running.call("DescribeAlarmHistory", { AlarmName: "backlog" });
    expect(
      (AlarmHistoryItems as Record<string, unknown>[]).map(({ HistorySummary }) => HistorySummary),
    ).toEqual([
      `Successfully executed action ${TOPIC}`,
      "Alarm updated from INSUFFICIENT_DATA to ALARM",
      'Alarm "backlog" created',
    ]);
  });
});

describe("the alarms' operations", () => {
  it("list by name, prefix, state and action, over pages", async () => {
    for (const name of ["a1", "a2", "b1"])
      await alarm({ AlarmName: name, AlarmActions: name === "b1" ? [TOPIC] : [] });
    const names = async (input: Record<string, unknown>) =>
      ((await running.call("DescribeAlarms", input)).MetricAlarms as { AlarmName: string }[]).map(
        ({ AlarmName }) => AlarmName,
      );
    expect(await names({ AlarmNamePrefix: "a" })).toEqual(["a1", "a2"]);
    expect(await names({ AlarmNames: ["b1", "c1"] })).toEqual(["b1"]);
    expect(await names({ ActionPrefix: "arn:aws:sns" })).toEqual(["b1"]);
    expect(await names({ StateValue: "ALARM" })).toEqual([]);
    expect(await names({ AlarmTypes: ["CompositeAlarm"] })).toEqual([]);
    const first = await running.call("DescribeAlarms", { MaxRecords: 2 });
    const { NextToken } = first;
    expect(await names({ MaxRecords: 2, NextToken })).toEqual(["b1"]);
    const ofMetric = await running.call("DescribeAlarmsForMetric", backlog);
    expect(ofMetric.MetricAlarms).toHaveLength(3);
    await running.call("DeleteAlarms", { AlarmNames: ["a1", "a2"] });
    expect(await names({})).toEqual(["b1"]);
  });

  it("tag alarms", async () => {
    await alarm({ Tags: [{ Key: "team", Value: "x" }] });
    const { AlarmArn: ResourceARN } = await describeOne();
    await running.call("TagResource", { ResourceARN, Tags: [{ Key: "stage", Value: "test" }] });
    await running.call("UntagResource", { ResourceARN, TagKeys: ["team"] });
    expect(await running.call("ListTagsForResource", { ResourceARN })).toEqual({
      Tags: [{ Key: "stage", Value: "test" }],
    });
  });

  it.each([
    [
      "anomaly bands",
      { ComparisonOperator: "GreaterThanUpperThreshold" },
      /GreaterThanUpperThreshold is not played/,
    ],
    ["a band's metric", { ThresholdMetricId: "ad1" }, /ThresholdMetricId is not played/],
    ["EC2 actions", { AlarmActions: ["arn:aws:automate:us-east-1:ec2:stop"] }, /automate.* is not played/],
    ["low sample counts", { EvaluateLowSampleCountPercentile: "ignore" }, /ignore is not played/],
    ["more data points than periods", { DatapointsToAlarm: 2 }, /DatapointsToAlarm/],
    ["two statistics", { ExtendedStatistic: "p99" }, /either Statistic or ExtendedStatistic/],
    ["periods of 45 s", { Period: 45 }, /Valid periods/],
    ["looking back over two days", { Period: 600, EvaluationPeriods: 288 }, /more than a day/],
    ["looking back over eight days", { Period: 86_400, EvaluationPeriods: 8 }, /more than a week/],
    ["a metric beside expressions", { Metrics: [{ Id: "e", Expression: "1" }] }, /exclude each other/],
  ])("refuse %s", async (_what, more, message) => {
    await expect(alarm(more)).rejects.toThrow(message);
    expect(await running.call("DescribeAlarms")).toMatchObject({ MetricAlarms: [] });
  });
});

describe("dashboards", () => {
  it("come from the template, and are answered", async () => {
    running.cloudWatch.putDashboard("jobs", '{"widgets":[]}');
    expect(await running.call("GetDashboard", { DashboardName: "jobs" })).toMatchObject({
      DashboardArn: "arn:aws:cloudwatch::000000000000:dashboard/jobs",
      DashboardBody: '{"widgets":[]}',
    });
    expect(await running.call("ListDashboards")).toMatchObject({
      DashboardEntries: [{ DashboardName: "jobs", Size: 14 }],
    });
  });
});
