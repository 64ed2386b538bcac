import type { Realm } from "../../wire/realm.ts";
import type { Alarm, AlarmConfiguration, AlarmState, Transition } from "./alarm.ts";
import { periodOf, statisticOf } from "./alarm.ts";
import { alarmTime } from "./time-text.ts";

export interface AlarmEvent {
  readonly source: "aws.cloudwatch";
  readonly "detail-type": "CloudWatch Alarm State Change";
  readonly time: string;
  readonly region: string;
  readonly account: string;
  readonly resources: readonly string[];
  readonly detail: Record<string, unknown>;
}

/** The event that goes to the default bus (CloudWatch user guide, "Alarm events and EventBridge"). */
export function stateChangeEvent(realm: Realm, alarm: Alarm, { from, to }: Transition): AlarmEvent {
  return {
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    time: new Date(to.updated).toISOString().replace(/\.\d+Z$/, "Z"),
    region: realm.region,
    account: realm.accountId,
    resources: [alarm.arn],
    detail: alarmData(alarm, from, to),
  };
}

/** What an alarm invokes a function with (CloudWatch user guide, "Invoke a Lambda function from an alarm"). */
export function lambdaPayload(realm: Realm, alarm: Alarm, { from, to }: Transition) {
  return {
    source: "aws.cloudwatch",
    alarmArn: alarm.arn,
    accountId: realm.accountId,
    time: alarmTime(to.updated),
    region: realm.region,
    alarmData: alarmData(alarm, from, to),
  };
}

function alarmData({ configuration }: Alarm, from: AlarmState, to: AlarmState): Record<string, unknown> {
  return {
    alarmName: configuration.AlarmName,
    state: stateData(to),
    previousState: stateData(from),
    configuration: {
      ...(configuration.AlarmDescription !== undefined && { description: configuration.AlarmDescription }),
      metrics: metricsData(configuration),
    },
  };
}

function stateData(state: AlarmState) {
  return {
    value: state.value,
    reason: state.reason,
    ...(state.reasonData !== undefined && { reasonData: state.reasonData }),
    timestamp: alarmTime(state.updated),
  };
}

function metricsData(configuration: AlarmConfiguration): readonly Record<string, unknown>[] {
  const { Metrics, Namespace, MetricName, Dimensions = [], Unit } = configuration;
  const metric = (
    namespace: string | undefined,
    name: string | undefined,
    dimensions: typeof Dimensions,
  ) => ({
    namespace,
    name,
    dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
  });
  if (!Metrics) {
    return [
      {
        // CloudWatch makes up an id where the alarm has none.
        id: "m1",
        metricStat: {
          metric: metric(Namespace, MetricName, Dimensions),
          period: periodOf(configuration),
          stat: statisticOf(configuration),
          ...(Unit !== undefined && { unit: Unit }),
        },
        returnData: true,
      },
    ];
  }
  return Metrics.map(({ Id, MetricStat: stat, Expression, Label, ReturnData }) => ({
    id: Id,
    ...(stat && {
      metricStat: {
        metric: metric(stat.Metric.Namespace, stat.Metric.MetricName, stat.Metric.Dimensions),
        period: stat.Period,
        stat: stat.Stat,
        ...(stat.Unit !== undefined && { unit: stat.Unit }),
      },
    }),
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    returnData: ReturnData !== false,
  }));
}
