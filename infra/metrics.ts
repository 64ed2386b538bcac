import { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression, Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { METRICS_NAMESPACE } from "../events/metrics-namespace.ts";

const MINUTE = Duration.minutes(1);

/** Of one of Longshore's own metrics that a function puts out by powertools, which names the function as its service. */
export function functionMetric(folder: string, metricName: string, props?: MetricOptions): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: folder },
    statistic: "Sum",
    period: MINUTE,
    ...props,
  });
}

/** A queue's length is a gauge that SQS reports once a minute: the largest value of the period says it. */
export function queueLength(
  queue: IQueue,
  state: "visible" | "inFlight" | "delayed",
  props?: MetricOptions,
): Metric {
  const options = { period: MINUTE, statistic: "Maximum", ...props };
  switch (state) {
    case "visible":
      return queue.metricApproximateNumberOfMessagesVisible(options);
    case "inFlight":
      return queue.metricApproximateNumberOfMessagesNotVisible(options);
    case "delayed":
      return queue.metricApproximateNumberOfMessagesDelayed(options);
  }
}

/**
 * One metric of several; one without data counts as nothing.
 * @param metrics ten at most, the quota of an alarm (CloudWatch, service quotas)
 */
export function sumOf(label: string, metrics: readonly IMetric[], period = MINUTE): MathExpression {
  const names = metrics.map((_, index) => `m${index}`);
  return new MathExpression({
    label,
    expression: names.map((name) => `FILL(${name}, 0)`).join(" + "),
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period,
  });
}
