import type { Dimension } from "../cloudwatch/metrics/metric.ts";

export const SERVICE_NAMESPACE = "ecs";
export const SCALABLE_DIMENSION = "ecs:service:DesiredCount";

export interface SuspendedState {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
}

export interface Cooldowns {
  /** While it lasts, the capacity that a scale-out added counts as part of the next one. */
  readonly scaleOut?: { readonly untilMs: number; readonly from: number } | undefined;
  /** While it lasts, nothing is scaled in. */
  readonly scaleIn?: { readonly untilMs: number } | undefined;
}

/** A service whose desired count is scaled. */
export interface ScalableTarget {
  /** `service/<cluster>/<service>` */
  readonly resourceId: string;
  readonly arn: string;
  readonly min: number;
  readonly max: number;
  readonly roleArn: string;
  readonly suspended: SuspendedState;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly cooldowns: Cooldowns;
}

export type AdjustmentType = "ChangeInCapacity" | "PercentChangeInCapacity" | "ExactCapacity";
export type AggregationType = "Average" | "Minimum" | "Maximum";

export interface StepAdjustment {
  /** Relative to the alarm's threshold; from minus infinity when left out. */
  readonly MetricIntervalLowerBound?: number | undefined;
  /** Relative to the alarm's threshold; to infinity when left out. */
  readonly MetricIntervalUpperBound?: number | undefined;
  readonly ScalingAdjustment: number;
}

export interface StepScalingConfiguration {
  readonly AdjustmentType: AdjustmentType;
  readonly StepAdjustments: readonly StepAdjustment[];
  readonly MinAdjustmentMagnitude?: number | undefined;
  /** Seconds. */
  readonly Cooldown?: number | undefined;
  readonly MetricAggregationType?: AggregationType | undefined;
}

export interface TrackedMetricQuery {
  readonly Id: string;
  readonly Expression?: string | undefined;
  readonly Label?: string | undefined;
  readonly ReturnData?: boolean | undefined;
  readonly MetricStat?:
    | {
        readonly Metric: {
          readonly Namespace: string;
          readonly MetricName: string;
          readonly Dimensions: readonly Dimension[];
        };
        readonly Stat: string;
        readonly Unit?: string | undefined;
      }
    | undefined;
}

export type PredefinedMetric =
  | "ECSServiceAverageCPUUtilization"
  | "ECSServiceAverageMemoryUtilization"
  | "ALBRequestCountPerTarget";

export interface TargetTrackingConfiguration {
  readonly TargetValue: number;
  readonly PredefinedMetricSpecification?:
    | {
        readonly PredefinedMetricType: PredefinedMetric;
        /** `app/<name>/<id>/targetgroup/<name>/<id>` */
        readonly ResourceLabel?: string | undefined;
      }
    | undefined;
  readonly CustomizedMetricSpecification?:
    | {
        readonly MetricName?: string | undefined;
        readonly Namespace?: string | undefined;
        readonly Dimensions?: readonly Dimension[] | undefined;
        readonly Statistic?: "Average" | "Minimum" | "Maximum" | "SampleCount" | "Sum" | undefined;
        readonly Unit?: string | undefined;
        readonly Metrics?: readonly TrackedMetricQuery[] | undefined;
      }
    | undefined;
  /** Seconds. */
  readonly ScaleOutCooldown?: number | undefined;
  /** Seconds. */
  readonly ScaleInCooldown?: number | undefined;
  readonly DisableScaleIn?: boolean | undefined;
}

export interface ScalingPolicy {
  readonly name: string;
  readonly arn: string;
  readonly resourceId: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly step?: StepScalingConfiguration | undefined;
  readonly targetTracking?: TargetTrackingConfiguration | undefined;
  /** Alarms that Application Auto Scaling keeps for a target tracking policy. */
  readonly alarms: readonly { readonly AlarmName: string; readonly AlarmARN: string }[];
}

export interface ScheduledAction {
  readonly name: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly schedule: string;
  readonly timezone?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly created: number;
  /** When it ran last. */
  readonly ran?: number | undefined;
}

export interface ScalingActivity {
  readonly id: string;
  readonly resourceId: string;
  readonly description: string;
  readonly cause: string;
  readonly startTime: number;
  readonly endTime?: number | undefined;
  readonly status: "InProgress" | "Successful" | "Overridden" | "Failed";
  readonly statusMessage: string;
  /** The desired count that it set; left out when it set limits only. */
  readonly desired?: number | undefined;
}
