import { z } from "zod";
import { AwsError, NotPlayedError } from "../../wire/aws-error.ts";
import { type AlarmConfiguration, COMPARISONS, MISSING_DATA, periodOf } from "../alarms/alarm.ts";
import { checkAction } from "../alarms/perform-action.ts";
import { checkQueries } from "../math/queries.ts";
import { parseStatistic, STATISTICS } from "../metrics/statistic.ts";
import { dimensions, flag, integer, list, metricQuery, name, number, period, tags, unit } from "./schemas.ts";

const actions = list(z.string().min(1).max(1024), { max: 5 }).default([]);

/** PutMetricAlarm, and `AWS::CloudWatch::Alarm` but for its tags. */
export const alarmConfiguration = z.strictObject({
  AlarmName: name,
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: flag.default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  MetricName: name.optional(),
  Namespace: name.optional(),
  Statistic: z.enum(STATISTICS).optional(),
  ExtendedStatistic: z.string().optional(),
  Dimensions: dimensions.optional(),
  Period: period.optional(),
  Unit: unit.optional(),
  EvaluationPeriods: integer.pipe(z.int().min(1)),
  DatapointsToAlarm: integer.pipe(z.int().min(1)).optional(),
  Threshold: number,
  ComparisonOperator: z.string(),
  TreatMissingData: z.enum(MISSING_DATA).optional(),
  EvaluateLowSampleCountPercentile: z.string().optional(),
  Metrics: list(metricQuery, { min: 1, max: 20 }).optional(),
});

export const putMetricAlarmSchema = alarmConfiguration.extend({ Tags: tags.optional() });

/** Comparisons with anomaly detection bands. */
const BAND_COMPARISONS: readonly string[] = [
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];
const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;

/**
 * Reads what the schema leaves open.
 * @throws AwsError ValidationError or InvalidParameterCombination, NotPlayedError
 */
export function readAlarm(input: z.output<typeof alarmConfiguration>): AlarmConfiguration {
  if (BAND_COMPARISONS.includes(input.ComparisonOperator)) {
    throw new NotPlayedError(`cloudwatch ComparisonOperator ${input.ComparisonOperator}`);
  }
  const comparison = COMPARISONS.find((operator) => operator === input.ComparisonOperator);
  if (!comparison)
    throw invalid(`ComparisonOperator ${input.ComparisonOperator} is not one of ${COMPARISONS.join(", ")}`);
  if (input.EvaluateLowSampleCountPercentile === "ignore") {
    throw new NotPlayedError("cloudwatch EvaluateLowSampleCountPercentile ignore");
  }
  if (![undefined, "evaluate"].includes(input.EvaluateLowSampleCountPercentile)) {
    throw invalid("EvaluateLowSampleCountPercentile is evaluate or ignore");
  }
  if ((input.DatapointsToAlarm ?? 1) > input.EvaluationPeriods) {
    throw invalid("DatapointsToAlarm cannot be greater than EvaluationPeriods");
  }
  for (const action of [...input.OKActions, ...input.AlarmActions, ...input.InsufficientDataActions]) {
    checkAction(action);
  }
  const { EvaluateLowSampleCountPercentile, ...rest } = input;
  const configuration: AlarmConfiguration = {
    ...rest,
    ComparisonOperator: comparison,
    ...(EvaluateLowSampleCountPercentile && { EvaluateLowSampleCountPercentile: "evaluate" as const }),
  };
  if (configuration.Metrics) checkMath(configuration);
  else checkMetric(configuration);
  checkLength(configuration);
  return configuration;
}

function checkMetric({
  MetricName,
  Namespace,
  Period,
  Statistic,
  ExtendedStatistic,
}: AlarmConfiguration): void {
  if (MetricName === undefined || Namespace === undefined || Period === undefined) {
    throw invalid("An alarm needs MetricName, Namespace and Period, or Metrics");
  }
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw invalid("An alarm needs either Statistic or ExtendedStatistic");
  }
  if (ExtendedStatistic !== undefined) parseStatistic(ExtendedStatistic);
}

const METRIC_MEMBERS = [
  "MetricName",
  "Namespace",
  "Statistic",
  "ExtendedStatistic",
  "Dimensions",
  "Period",
  "Unit",
] as const;

function checkMath(configuration: AlarmConfiguration): void {
  const { Metrics = [] } = configuration;
  const both = METRIC_MEMBERS.find((member) => configuration[member] !== undefined);
  if (both) throw new AwsError("InvalidParameterCombination", `${both} and Metrics exclude each other`);
  checkQueries(Metrics);
  const returned = Metrics.filter(({ ReturnData }) => ReturnData !== false);
  if (Metrics.length > 1 && returned.length !== 1) {
    throw invalid("Exactly one element of the metrics list should return data.");
  }
  const periods = new Set(Metrics.flatMap(({ MetricStat }) => MetricStat?.Period ?? []));
  if (periods.size > 1) throw invalid("All metrics of an alarm must have the same period");
}

/** An alarm looks back a day at most, or a week with periods of an hour and more (PutMetricAlarm, API reference). */
function checkLength(configuration: AlarmConfiguration): void {
  const period = periodOf(configuration);
  const [longest, words] = period >= 3600 ? [WEEK_SECONDS, "a week"] : [DAY_SECONDS, "a day"];
  if (period * configuration.EvaluationPeriods > longest) {
    throw invalid(
      `Metrics cannot be checked across more than ${words} (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
