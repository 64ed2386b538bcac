import type { Comparison, StateValue, TreatMissingData } from "./alarm.ts";

export interface EvaluationRule {
  readonly threshold: number;
  readonly comparison: Comparison;
  /** N: data points that are looked at. */
  readonly evaluationPeriods: number;
  /** M: of these, how many must breach. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: TreatMissingData;
}

/** A period's value; undefined where there is no data. */
export type Slot = number | undefined;

export interface Evaluation {
  /** Undefined when the alarm stays as it is. */
  readonly state: StateValue | undefined;
  /** Positions in the range of the data points that were looked at, oldest first. */
  readonly evaluated: readonly number[];
  /** How many missing data points `treatMissingData` stood in for. */
  readonly filled: number;
}

/**
 * How many periods are looked at: more than asked for, so that late or missing data can be made up for. AWS does not
 * say how many; its examples have 5 for 3.
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

export function breaches(comparison: Comparison, value: number, threshold: number): boolean {
  switch (comparison) {
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "GreaterThanThreshold":
      return value > threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
  }
}

/**
 * The state that data calls for.
 *
 * With as many data points in the range as are to be looked at, the newest of them decide, and how missing data is
 * treated does not matter. With fewer, missing ones are filled in, as few as possible; where missing data is to stay
 * missing or to be ignored, what there is decides, but an alarm is raised early only when its oldest breach is M
 * periods old or older (CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data" and "Avoiding
 * premature transitions to alarm state").
 *
 * @param range the evaluation range, oldest first
 */
export function decideState(range: readonly Slot[], rule: EvaluationRule): Evaluation {
  const known = range.flatMap((value, position) => (value === undefined ? [] : [{ value, position }]));
  const looked = known.slice(-rule.evaluationPeriods);
  const breaching = looked.filter(({ value }) => breaches(rule.comparison, value, rule.threshold));
  const evaluated = looked.map(({ position }) => position);
  const filled = rule.evaluationPeriods - looked.length;
  const decided = (state: StateValue | undefined): Evaluation => ({ state, evaluated, filled });

  if (breaching.length >= rule.datapointsToAlarm) return decided("ALARM");
  if (filled === 0) return decided("OK");
  switch (rule.treatMissingData) {
    case "notBreaching":
      return decided("OK");
    case "breaching":
      return decided(breaching.length + filled >= rule.datapointsToAlarm ? "ALARM" : "OK");
    default: {
      if (breaching.length < looked.length) return decided("OK");
      if (rule.treatMissingData === "ignore") return decided(undefined);
      const oldest = breaching[0];
      const settled = oldest !== undefined && range.length - oldest.position >= rule.datapointsToAlarm;
      return decided(settled ? "ALARM" : "INSUFFICIENT_DATA");
    }
  }
}
