import { Queries, statistics } from "../math/queries.ts";
import type { Metrics, Timeline } from "../metrics/metrics.ts";
import { type Alarm, type AlarmConfiguration, type AlarmState, periodOf, statisticOf } from "./alarm.ts";
import { decideState, type EvaluationRule, evaluationRange } from "./decide.ts";
import { type Datapoint, reasonData, reasonText } from "./reason.ts";

/**
 * The state that an alarm is to be in, from the data of the whole periods that end at `atMs`.
 * @param atMs milliseconds since the epoch, on a boundary of the alarm's schedule
 * @returns undefined when it stays as it is for want of data
 */
export function evaluateAlarm(alarm: Alarm, metrics: Metrics, atMs: number): AlarmState | undefined {
  const { configuration, state } = alarm;
  const rule = ruleOf(configuration);
  const period = periodOf(configuration);
  const to = Math.floor(atMs / 1000);
  const length = evaluationRange(rule.evaluationPeriods);
  const timeline: Timeline = { from: to - length * period, to, period };
  const values = valuesOf(configuration, metrics, timeline);
  const starts = Array.from({ length }, (_, index) => timeline.from + index * period);

  const evaluation = decideState(
    starts.map((at) => values.get(at)?.value),
    rule,
  );
  if (evaluation.state === undefined) return undefined;
  const datapoints = evaluation.evaluated.flatMap((position) => values.get(starts[position] ?? 0) ?? []);
  const value = evaluation.state;
  const facts = { rule, evaluation, datapoints, from: state.value, to: value };
  return {
    value,
    reason: reasonText({ ...facts, namesDatapoints: configuration.DatapointsToAlarm !== undefined }),
    reasonData: JSON.stringify(
      reasonData(datapoints, {
        at: atMs,
        period,
        statistic: statisticOf(configuration),
        threshold: rule.threshold,
      }),
    ),
    updated: atMs,
    transitioned: value === state.value ? state.transitioned : atMs,
  };
}

export function ruleOf(configuration: AlarmConfiguration): EvaluationRule {
  return {
    threshold: configuration.Threshold,
    comparison: configuration.ComparisonOperator,
    evaluationPeriods: configuration.EvaluationPeriods,
    datapointsToAlarm: configuration.DatapointsToAlarm ?? configuration.EvaluationPeriods,
    treatMissingData: configuration.TreatMissingData ?? "missing",
  };
}

function valuesOf(
  configuration: AlarmConfiguration,
  metrics: Metrics,
  timeline: Timeline,
): Map<number, Datapoint> {
  const { Metrics: queries, MetricName, Namespace = "", Dimensions = [], Unit } = configuration;
  if (queries) {
    const returned =
      queries.length === 1 ? queries[0] : queries.find(({ ReturnData }) => ReturnData !== false);
    const answers = new Queries(queries, metrics, (period) => ({ ...timeline, period })).series(
      returned?.Id ?? "",
    );
    return new Map(
      [...(answers[0]?.series ?? [])].map(([at, value]) => [at, { at: at * 1000, value }] as const),
    );
  }
  const metric = { Namespace, MetricName: MetricName ?? "", Dimensions };
  const aggregates = metrics.read(metric, timeline, Unit);
  return new Map(
    [...statistics(aggregates, statisticOf(configuration) ?? "")].map(([at, value]) => [
      at,
      { at: at * 1000, value, sampleCount: aggregates.get(at)?.count },
    ]),
  );
}
