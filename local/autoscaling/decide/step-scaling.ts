import type { AdjustmentType, AggregationType, StepAdjustment, StepScalingConfiguration } from "../model.ts";

/** Seconds that follow a step policy's activity when it does not say. */
export const DEFAULT_COOLDOWN_SECONDS = 300;

/**
 * One number out of an alarm's data points.
 * @returns undefined when there are none
 */
export function aggregate(type: AggregationType, datapoints: readonly number[]): number | undefined {
  if (datapoints.length === 0) return undefined;
  if (type === "Minimum") return Math.min(...datapoints);
  if (type === "Maximum") return Math.max(...datapoints);
  return datapoints.reduce((sum, value) => sum + value, 0) / datapoints.length;
}

/** Which way a metric goes when its alarm is raised. */
export type Breach = "above" | "below";

/**
 * The step whose interval holds what the metric is above the threshold. Above it an interval has its lower bound and
 * not its upper; below it the other way round (Application Auto Scaling API reference, StepAdjustment). On the
 * threshold itself it is as on the side where the alarm is raised.
 */
export function stepFor(
  steps: readonly StepAdjustment[],
  metric: number,
  threshold: number,
  breach: Breach,
): StepAdjustment | undefined {
  const distance = metric - threshold;
  const above = distance > 0 || (distance === 0 && breach === "above");
  return steps.find(({ MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper }) => {
    const from = lower ?? Number.NEGATIVE_INFINITY;
    const to = upper ?? Number.POSITIVE_INFINITY;
    return above ? distance >= from && distance < to : distance > from && distance <= to;
  });
}

export interface Adjustment {
  readonly type: AdjustmentType;
  readonly amount: number;
  readonly minimumMagnitude?: number | undefined;
}

/**
 * Capacity after an adjustment. Percentages are rounded towards zero, but to one at least (Application Auto Scaling
 * user guide, scaling adjustment types), so that zero tasks stay zero unless there is a minimum magnitude.
 */
export function adjust(capacity: number, { type, amount, minimumMagnitude = 0 }: Adjustment): number {
  if (type === "ExactCapacity") return Math.max(0, amount);
  if (type === "ChangeInCapacity") return Math.max(0, capacity + amount);
  const exact = (capacity * amount) / 100;
  const rounded = Math.abs(exact) < 1 ? Math.sign(exact) : Math.trunc(exact);
  const direction = Math.sign(amount);
  const change = Math.abs(rounded) < minimumMagnitude ? direction * minimumMagnitude : rounded;
  return Math.max(0, capacity + change);
}

/**
 * What a step policy would set, from a capacity on; undefined when no step is meant for the metric's value.
 * @param datapoints of the alarm, those that it looked at
 */
export function stepProposal(
  policy: StepScalingConfiguration,
  alarm: { readonly datapoints: readonly number[]; readonly threshold: number; readonly breach: Breach },
): ((capacity: number) => number) | undefined {
  const metric = aggregate(policy.MetricAggregationType ?? "Average", alarm.datapoints);
  const step =
    metric === undefined ? undefined : stepFor(policy.StepAdjustments, metric, alarm.threshold, alarm.breach);
  if (!step) return undefined;
  const adjustment: Adjustment = {
    type: policy.AdjustmentType,
    amount: step.ScalingAdjustment,
    minimumMagnitude: policy.MinAdjustmentMagnitude,
  };
  return (capacity) => adjust(capacity, adjustment);
}
