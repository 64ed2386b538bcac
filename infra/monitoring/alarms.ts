import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { HttpCodeTarget } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { Construct } from "constructs";
import type { MonitoringProps } from "./monitoring.ts";
import { described, type RunbookEntry } from "./runbook.ts";

const PERIOD = Duration.minutes(5);
/** A message that waits for this many times the acceptable latency is more than a backlog that scaling works off. */
const LATE = 10;
const LEAST_LATE = Duration.minutes(15);

/** Alarms for what no dead letter and no incident tells of; each tells the administrators. */
export function createAlarms(scope: Construct, props: MonitoringProps): void {
  const { platform, config, uploads, functions, console } = props;
  const alarm = (id: string, entry: RunbookEntry, what: string, when: When) =>
    new Alarm(scope, id, {
      ...when,
      alarmDescription: described(what, entry),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Queues, functions and targets that had nothing to do report nothing.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(platform.alerts));

  const { jobsQueue, launchQueue } = uploads;
  const late = Math.max(LEAST_LATE.toSeconds(), LATE * config.acceptableLatencySeconds);
  alarm("JobsWait", "jobs-wait", `Uploads wait for longer than ${late} s for a worker`, {
    metric: jobsQueue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: "Maximum" }),
    threshold: late,
    evaluationPeriods: 2,
  });
  alarm("LaunchesWait", "launches-wait", "The launch queue has not been empty for half an hour", {
    metric: sum("Launches that wait", [
      launchQueue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: "Minimum" }),
      launchQueue.metricApproximateNumberOfMessagesDelayed({ period: PERIOD, statistic: "Minimum" }),
    ]),
    threshold: 1,
    evaluationPeriods: 6,
  });
  alarm("FunctionsThrottled", "functions-throttled", "Lambda throttles functions of Longshore", {
    metric: sum(
      "Invocations throttled",
      functions.map(({ function: handler }) => handler.metricThrottles({ period: PERIOD })),
    ),
    threshold: 1,
    evaluationPeriods: 3,
  });
  if (!console) return;
  alarm("ConsoleUnhealthy", "console-unhealthy", "Tasks of the console fail their health check", {
    metric: console.metrics.unhealthyHostCount({ period: PERIOD, statistic: "Minimum" }),
    threshold: 1,
    evaluationPeriods: 2,
  });
  alarm("ConsoleErrors", "console-errors", "The console answers with errors of its own", {
    metric: console.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period: PERIOD }),
    threshold: 5,
    evaluationPeriods: 1,
  });
}

type When = Pick<AlarmProps, "metric" | "threshold" | "evaluationPeriods">;

/** @param metrics ten at most, the quota of an alarm; one without data counts as nothing. (CloudWatch, service quotas) */
function sum(label: string, metrics: readonly IMetric[]): IMetric {
  const names = metrics.map((_, index) => `m${index}`);
  return new MathExpression({
    label,
    expression: names.map((name) => `FILL(${name}, 0)`).join(" + "),
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period: PERIOD,
  });
}
