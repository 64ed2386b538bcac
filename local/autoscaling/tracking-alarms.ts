import { NotPlayedError } from "../wire/aws-error.ts";
import { HIGH_PERIODS, LOW_PERIODS, lowThreshold } from "./decide/target-tracking.ts";
import type { PredefinedMetric, ScalingPolicy, TargetTrackingConfiguration } from "./model.ts";

const PERIOD_SECONDS = 60;

export interface TrackingAlarms {
  readonly high: Record<string, unknown>;
  /** Undefined when the policy does not scale in. */
  readonly low: Record<string, unknown> | undefined;
}

/**
 * The two alarms that Application Auto Scaling makes for a target tracking policy, as PutMetricAlarm takes them.
 * @param suffix tells alarms of one service's policies apart
 */
export function trackingAlarms(
  policy: Pick<ScalingPolicy, "arn" | "resourceId">,
  configuration: TargetTrackingConfiguration,
  suffix: string,
): TrackingAlarms {
  const common = {
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.arn}.`,
    AlarmActions: [policy.arn],
    ...trackedMetric(policy.resourceId, configuration),
  };
  const name = (kind: string) => `TargetTracking-${policy.resourceId}-Alarm${kind}-${suffix}`;
  return {
    high: {
      AlarmName: name("High"),
      ...common,
      EvaluationPeriods: HIGH_PERIODS,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: configuration.TargetValue,
    },
    low: configuration.DisableScaleIn
      ? undefined
      : {
          AlarmName: name("Low"),
          ...common,
          EvaluationPeriods: LOW_PERIODS,
          ComparisonOperator: "LessThanThreshold",
          Threshold: lowThreshold(configuration.TargetValue),
        },
  };
}

function trackedMetric(
  resourceId: string,
  {
    PredefinedMetricSpecification: predefined,
    CustomizedMetricSpecification: customized,
  }: TargetTrackingConfiguration,
): Record<string, unknown> {
  if (predefined) {
    return {
      ...predefinedMetric(predefined.PredefinedMetricType, resourceId, predefined.ResourceLabel),
      Period: PERIOD_SECONDS,
    };
  }
  if (!customized?.Metrics) return { ...customized, Period: PERIOD_SECONDS };
  return {
    Metrics: customized.Metrics.map(({ MetricStat, ...query }) => ({
      ...query,
      ...(MetricStat && { MetricStat: { ...MetricStat, Period: PERIOD_SECONDS } }),
    })),
  };
}

function predefinedMetric(
  type: PredefinedMetric,
  resourceId: string,
  label: string | undefined,
): Record<string, unknown> {
  const [, cluster, service] = resourceId.split("/");
  if (type === "ALBRequestCountPerTarget") {
    const targetGroup = /targetgroup\/.+$/.exec(label ?? "")?.[0];
    if (targetGroup === undefined) throw new NotPlayedError(`${type} without a ResourceLabel`);
    return {
      Namespace: "AWS/ApplicationELB",
      MetricName: "RequestCountPerTarget",
      Dimensions: [{ Name: "TargetGroup", Value: targetGroup }],
      Statistic: "Sum",
    };
  }
  return {
    Namespace: "AWS/ECS",
    MetricName: type === "ECSServiceAverageCPUUtilization" ? "CPUUtilization" : "MemoryUtilization",
    Dimensions: [
      { Name: "ClusterName", Value: cluster },
      { Name: "ServiceName", Value: service },
    ],
    Statistic: "Average",
  };
}
