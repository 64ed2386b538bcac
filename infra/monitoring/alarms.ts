import { Duration } from "aws-cdk-lib";
import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { HttpCodeTarget } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { Construct } from "constructs";
import { sumOf } from "../metrics.ts";
import type { NodeFunction } from "../node-function.ts";
import type { MonitoringProps } from "./monitoring.ts";
import { described, type RunbookEntry } from "./runbook.ts";

const PERIOD = Duration.minutes(5);
/** A message that waits for this many times the acceptable latency is more than a backlog that scaling works off. */
const LATE = 10;
const LEAST_LATE = Duration.minutes(15);

/** Alarms for what no dead letter and no incident tells of; each tells the administrators. */
export function createAlarms(
  scope: Construct,
  { platform, uploads, console }: MonitoringProps,
  functions: readonly NodeFunction[],
): void {
  const alarm = (id: string, entry: RunbookEntry, what: string, when: When) =>
    new Alarm(scope, id, {
      ...when,
      alarmDescription: described(what, entry),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Queues, functions and targets that had nothing to do report nothing.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(platform.alerts));

  const late = Math.max(LEAST_LATE.toSeconds(), LATE * platform.config.acceptableLatencySeconds);
  alarm("JobsWait", "jobs-wait", `Uploads wait for longer than ${late} s for a worker`, {
    metric: uploads.metricOldestWait({ period: PERIOD }),
    threshold: late,
    evaluationPeriods: 2,
  });
  alarm("LaunchesWait", "launches-wait", "The launch queue has not been empty for half an hour", {
    metric: uploads.metricLaunchesWaiting({ period: PERIOD, statistic: "Minimum" }),
    threshold: 1,
    evaluationPeriods: 6,
  });
  alarm("FunctionsThrottled", "functions-throttled", "Lambda throttles functions of Longshore", {
    metric: sumOf(
      "Invocations throttled",
      functions.map(({ function: handler }) => handler.metricThrottles({ period: PERIOD })),
      PERIOD,
    ),
    threshold: 1,
    evaluationPeriods: 3,
  });
  const targetGroup = console?.front.targetGroup;
  if (!targetGroup) return;
  alarm("ConsoleUnhealthy", "console-unhealthy", "Tasks of the console fail their health check", {
    metric: targetGroup.metrics.unhealthyHostCount({ period: PERIOD, statistic: "Minimum" }),
    threshold: 1,
    evaluationPeriods: 2,
  });
  alarm("ConsoleErrors", "console-errors", "The console answers with errors of its own", {
    metric: targetGroup.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period: PERIOD }),
    threshold: 5,
    evaluationPeriods: 1,
  });
}

type When = Pick<AlarmProps, "metric" | "threshold" | "evaluationPeriods">;
