import type { Realm } from "../../wire/realm.ts";
import { type Alarm, type AlarmConfiguration, statisticOf, type Transition } from "./alarm.ts";
import { alarmTime } from "./time-text.ts";

const REGION_NAMES: Readonly<Record<string, string>> = { "us-east-1": "US East (N. Virginia)" };

/** What subscribers of an alarm's topic get: a subject for mails, and a document for programs. */
export function snsMessage(
  realm: Realm,
  { arn, configuration, configured }: Alarm,
  { from, to }: Transition,
): { readonly subject: string; readonly message: string } {
  const region = REGION_NAMES[realm.region] ?? realm.region;
  return {
    // SNS takes 100 characters.
    subject: `${to.value}: "${configuration.AlarmName}" in ${region}`.slice(0, 100),
    message: JSON.stringify({
      AlarmName: configuration.AlarmName,
      AlarmDescription: configuration.AlarmDescription ?? null,
      AWSAccountId: realm.accountId,
      AlarmConfigurationUpdatedTimestamp: alarmTime(configured),
      NewStateValue: to.value,
      NewStateReason: to.reason,
      StateChangeTime: alarmTime(to.updated),
      Region: region,
      AlarmArn: arn,
      OldStateValue: from.value,
      OKActions: configuration.OKActions,
      AlarmActions: configuration.AlarmActions,
      InsufficientDataActions: configuration.InsufficientDataActions,
      Trigger: trigger(configuration),
    }),
  };
}

function trigger(configuration: AlarmConfiguration): Record<string, unknown> {
  const common = {
    Period: configuration.Period,
    EvaluationPeriods: configuration.EvaluationPeriods,
    ...(configuration.DatapointsToAlarm !== undefined && {
      DatapointsToAlarm: configuration.DatapointsToAlarm,
    }),
    ComparisonOperator: configuration.ComparisonOperator,
    Threshold: configuration.Threshold,
    TreatMissingData: configuration.TreatMissingData ?? "",
    EvaluateLowSampleCountPercentile: configuration.EvaluateLowSampleCountPercentile ?? "",
  };
  const dimensions = (from: AlarmConfiguration["Dimensions"] = []) =>
    from.map(({ Name, Value }) => ({ value: Value, name: Name }));
  if (configuration.Metrics) {
    return {
      ...common,
      Metrics: configuration.Metrics.map(({ Id, MetricStat, Expression, Label, ReturnData }) => ({
        Id,
        ...(Expression !== undefined && { Expression }),
        ...(Label !== undefined && { Label }),
        ...(MetricStat && {
          MetricStat: {
            Metric: {
              Dimensions: dimensions(MetricStat.Metric.Dimensions),
              MetricName: MetricStat.Metric.MetricName,
              Namespace: MetricStat.Metric.Namespace,
            },
            Period: MetricStat.Period,
            Stat: MetricStat.Stat,
          },
        }),
        ReturnData: ReturnData !== false,
      })),
    };
  }
  const extended = configuration.ExtendedStatistic !== undefined;
  return {
    MetricName: configuration.MetricName,
    Namespace: configuration.Namespace,
    StatisticType: extended ? "ExtendedStatistic" : "Statistic",
    [extended ? "ExtendedStatistic" : "Statistic"]: extended
      ? statisticOf(configuration)
      : statisticOf(configuration)?.toUpperCase(),
    Unit: configuration.Unit ?? null,
    Dimensions: dimensions(configuration.Dimensions),
    ...common,
  };
}
