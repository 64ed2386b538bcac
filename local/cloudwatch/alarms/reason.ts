import type { Comparison, StateValue } from "./alarm.ts";
import { breaches, type Evaluation, type EvaluationRule } from "./decide.ts";
import { alarmTime, decimal, reasonTime } from "./time-text.ts";

export interface Datapoint {
  /** Start of its period, milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
  readonly sampleCount?: number | undefined;
}

const COMPARED: Readonly<Record<Comparison, string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

export interface ReasonFacts {
  readonly rule: EvaluationRule;
  readonly evaluation: Evaluation;
  /** Those that were looked at, oldest first. */
  readonly datapoints: readonly Datapoint[];
  readonly from: StateValue;
  readonly to: StateValue;
  /** Whether the alarm names how many data points it takes. */
  readonly namesDatapoints: boolean;
}

/** Why an alarm is in a state, in CloudWatch's words. */
export function reasonText(facts: ReasonFacts): string {
  const { rule, evaluation, datapoints, to } = facts;
  const { filled } = evaluation;
  if (to === "INSUFFICIENT_DATA") {
    return `Insufficient Data: ${count(filled, "datapoint")} ${was(filled)} unknown.`;
  }
  const treated =
    filled > 0 && (rule.treatMissingData === "breaching" || rule.treatMissingData === "notBreaching")
      ? `${count(filled, "missing datapoint")} ${was(filled)} treated as [${rule.treatMissingData === "breaching" ? "Breaching" : "NonBreaching"}]`
      : undefined;
  if (datapoints.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${count(rule.evaluationPeriods, "period")} and ${treated}.`;
  }
  return `Threshold Crossed: ${compared(facts)}${treated ? ` and ${treated}` : ""}${minimum(facts)}.`;
}

function compared({ rule, datapoints, to, namesDatapoints }: ReasonFacts): string {
  const holds = (value: number) => breaches(rule.comparison, value, rule.threshold);
  // Newest first, and only those that speak for the state.
  const named = datapoints.filter(({ value }) => holds(value) === (to === "ALARM")).reverse();
  const shown = named.length > 0 ? named : [...datapoints].reverse();
  const values = shown.map(({ value, at }) => `${decimal(value)} (${reasonTime(at)})`).join(", ");
  const not = to === "ALARM" ? "" : "not ";
  const how = namesDatapoints
    ? `${shown.length} out of the last ${datapoints.length} datapoints`
    : count(shown.length, "datapoint");
  return `${how} [${values}] ${was(shown.length)} ${not}${COMPARED[rule.comparison]} the threshold (${decimal(rule.threshold)})`;
}

function minimum({ rule, from, to, namesDatapoints }: ReasonFacts): string {
  if (!namesDatapoints || from === to) return "";
  const enough =
    to === "ALARM" ? rule.datapointsToAlarm : rule.evaluationPeriods - rule.datapointsToAlarm + 1;
  return ` (minimum ${count(enough, "datapoint")} for ${from} -> ${to} transition)`;
}

export interface ReasonData {
  readonly version: "1.0";
  readonly queryDate: string;
  readonly startDate?: string;
  readonly statistic?: string;
  /** Seconds. */
  readonly period: number;
  /** Oldest first. */
  readonly recentDatapoints: readonly number[];
  readonly threshold: number;
  /** Newest first. */
  readonly evaluatedDatapoints: readonly {
    readonly timestamp: string;
    readonly sampleCount?: number;
    readonly value: number;
  }[];
}

/** The same for programs. @param at milliseconds since the epoch */
export function reasonData(
  datapoints: readonly Datapoint[],
  about: { at: number; period: number; statistic: string | undefined; threshold: number },
): ReasonData {
  const [oldest] = datapoints;
  return {
    version: "1.0",
    queryDate: alarmTime(about.at),
    ...(oldest && { startDate: alarmTime(oldest.at) }),
    ...(about.statistic !== undefined && { statistic: about.statistic }),
    period: about.period,
    recentDatapoints: datapoints.map(({ value }) => value),
    threshold: about.threshold,
    evaluatedDatapoints: [...datapoints].reverse().map(({ at, value, sampleCount }) => ({
      timestamp: alarmTime(at),
      ...(sampleCount !== undefined && { sampleCount }),
      value,
    })),
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function was(number: number): string {
  return number === 1 ? "was" : "were";
}
