import type { MetricQuery } from "../math/queries.ts";
import type { Dimension } from "../metrics/metric.ts";
import type { StatisticName } from "../metrics/statistic.ts";

export const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;
export type StateValue = (typeof STATES)[number];

export const COMPARISONS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const MISSING_DATA = ["breaching", "notBreaching", "ignore", "missing"] as const;
export type TreatMissingData = (typeof MISSING_DATA)[number];

/** What PutMetricAlarm says; either the members of one metric, or `Metrics`. */
export interface AlarmConfiguration {
  readonly AlarmName: string;
  readonly AlarmDescription?: string | undefined;
  readonly ActionsEnabled: boolean;
  readonly OKActions: readonly string[];
  readonly AlarmActions: readonly string[];
  readonly InsufficientDataActions: readonly string[];
  readonly MetricName?: string | undefined;
  readonly Namespace?: string | undefined;
  readonly Statistic?: StatisticName | undefined;
  readonly ExtendedStatistic?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
  /** Seconds. */
  readonly Period?: number | undefined;
  readonly Unit?: string | undefined;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number | undefined;
  readonly Threshold: number;
  readonly ComparisonOperator: Comparison;
  readonly TreatMissingData?: TreatMissingData | undefined;
  readonly EvaluateLowSampleCountPercentile?: "evaluate" | undefined;
  readonly Metrics?: readonly MetricQuery[] | undefined;
}

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON text. */
  readonly reasonData?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly updated: number;
  /** When the value changed last. */
  readonly transitioned: number;
}

export interface Alarm {
  readonly arn: string;
  readonly configuration: AlarmConfiguration;
  /** Milliseconds since the epoch. */
  readonly configured: number;
  readonly state: AlarmState;
  readonly tags: Readonly<Record<string, string>>;
}

/** An alarm's change of state; or, for `standing`, one more period in which it stays as it is. */
export interface Transition {
  readonly from: AlarmState;
  readonly to: AlarmState;
  /**
   * Scaling policies hear once a period of an alarm that stays as it is; all other actions hear of changes only
   * (CloudWatch user guide, alarm actions).
   */
  readonly standing: boolean;
}

/** Seconds of one data point. A math alarm has the period of its metrics. */
export function periodOf(configuration: AlarmConfiguration): number {
  const periods = (configuration.Metrics ?? []).map(
    ({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 0,
  );
  return configuration.Period ?? (Math.max(0, ...periods) || 60);
}

export function statisticOf(configuration: AlarmConfiguration): string | undefined {
  return configuration.Statistic ?? configuration.ExtendedStatistic;
}

/** What an alarm is to do in a state. */
export function actionsOf(configuration: AlarmConfiguration, state: StateValue): readonly string[] {
  if (state === "ALARM") return configuration.AlarmActions;
  return state === "OK" ? configuration.OKActions : configuration.InsufficientDataActions;
}
