import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alarmPlayer, dashboardPlayer } from "../../../local/players/cloudwatch.ts";
import { resourceToPlay } from "../logs/resource-to-play.ts";
import { type RunningCloudWatch, startCloudWatch } from "./start-cloudwatch.ts";

let running: RunningCloudWatch;
beforeEach(async () => {
  running = await startCloudWatch();
});
afterEach(() => running.stop());

describe("AWS::CloudWatch::Alarm", () => {
  // As the CDK writes an alarm of an expression.
  const properties = {
    AlarmActions: ["arn:aws:sns:us-east-1:000000000000:people"],
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    EvaluationPeriods: 1,
    Threshold: "10",
    TreatMissingData: "notBreaching",
    Metrics: [
      { Expression: "visible + inFlight", Id: "expr_1", Label: "Backlog" },
      {
        Id: "visible",
        MetricStat: {
          Metric: {
            Namespace: "AWS/SQS",
            MetricName: "V",
            Dimensions: [{ Name: "QueueName", Value: "jobs" }],
          },
          Period: 60,
          Stat: "Maximum",
        },
        ReturnData: false,
      },
      {
        Id: "inFlight",
        MetricStat: { Metric: { Namespace: "AWS/SQS", MetricName: "N" }, Period: 60, Stat: "Maximum" },
        ReturnData: false,
      },
    ],
  };

  it("is made, left as it is the next time, and removed", async () => {
    const player = alarmPlayer(running.cloudWatch);
    const resource = resourceToPlay("AWS::CloudWatch::Alarm", properties);
    const values = await player.play(resource);
    expect(values.attributes.Arn).toBe(`arn:aws:cloudwatch:us-east-1:000000000000:alarm:${values.ref}`);
    expect(running.cloudWatch.describeAlarm(values.ref)?.configuration.Threshold).toBe(10);
    expect(await player.play(resource)).toEqual(values);
    const history = await running.call("DescribeAlarmHistory", { AlarmName: values.ref });
    expect(history.AlarmHistoryItems).toHaveLength(1);
    await player.remove({ ...resource, ...values });
    expect(running.cloudWatch.describeAlarm(values.ref)).toBeUndefined();
  });

  it("is refused with a property that is not played", async () => {
    const resource = resourceToPlay("AWS::CloudWatch::Alarm", { ...properties, ThresholdMetricId: "band" });
    await expect(alarmPlayer(running.cloudWatch).play(resource)).rejects.toThrow(
      /ThresholdMetricId is not played/,
    );
  });
});

describe("AWS::CloudWatch::Dashboard", () => {
  it("is kept, and removed", async () => {
    const player = dashboardPlayer(running.cloudWatch);
    const resource = resourceToPlay("AWS::CloudWatch::Dashboard", {
      DashboardName: "jobs",
      DashboardBody: "{}",
    });
    const values = await player.play(resource);
    expect(values).toEqual({
      ref: "jobs",
      attributes: { DashboardArn: "arn:aws:cloudwatch::000000000000:dashboard/jobs" },
    });
    expect(running.cloudWatch.describeDashboard("jobs")?.body).toBe("{}");
    await player.remove({ ...resource, ...values });
    expect(running.cloudWatch.describeDashboard("jobs")).toBeUndefined();
  });
});
