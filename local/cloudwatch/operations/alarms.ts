import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import { STATES } from "../alarms/alarm.ts";
import type { CloudWatchContext } from "../context.ts";
import { dimensionsKey, pageToken, readPageToken } from "../metrics/metric.ts";
import { STATISTICS } from "../metrics/statistic.ts";
import { putMetricAlarmSchema, readAlarm } from "./alarm-configuration.ts";
import { describeAlarm } from "./describe-alarm.ts";
import { dimensions, integer, list, name, period, timestamp, unit } from "./schemas.ts";

const define = operation<CloudWatchContext>();
const pageSize = integer.pipe(z.int().min(1).max(100)).default(50);
const alarmNames = list(name, { max: 100 });
const alarmTypes = list(z.enum(["MetricAlarm", "CompositeAlarm"])).optional();

export const PutMetricAlarm = define(putMetricAlarmSchema, ({ alarms }, { Tags, ...input }) => {
  const given = Tags && Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
  alarms.put(readAlarm(input), given);
  return {};
});

export const DescribeAlarms = define(
  z.strictObject({
    AlarmNames: alarmNames.optional(),
    AlarmNamePrefix: name.optional(),
    AlarmTypes: alarmTypes,
    StateValue: z.enum(STATES).optional(),
    ActionPrefix: z.string().min(1).max(1024).optional(),
    MaxRecords: pageSize,
    NextToken: z.string().optional(),
  }),
  ({ alarms }, { NextToken, MaxRecords, ...filter }) => {
    const { AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue, ActionPrefix } = filter;
    if (AlarmNames && AlarmNamePrefix !== undefined) {
      throw new AwsError("InvalidParameterCombination", "AlarmNames and AlarmNamePrefix exclude each other");
    }
    const found = alarms.store.all().filter(({ configuration, state }) => {
      const actions = [
        ...configuration.AlarmActions,
        ...configuration.OKActions,
        ...configuration.InsufficientDataActions,
      ];
      return (
        (AlarmNames === undefined || AlarmNames.includes(configuration.AlarmName)) &&
        (AlarmNamePrefix === undefined || configuration.AlarmName.startsWith(AlarmNamePrefix)) &&
        (AlarmTypes === undefined || AlarmTypes.includes("MetricAlarm")) &&
        (StateValue === undefined || state.value === StateValue) &&
        (ActionPrefix === undefined || actions.some((action) => action.startsWith(ActionPrefix)))
      );
    });
    const { items, next } = page(found, filter, NextToken, MaxRecords);
    return { MetricAlarms: items.map(describeAlarm), CompositeAlarms: [], ...next };
  },
);

export const DescribeAlarmsForMetric = define(
  z.strictObject({
    MetricName: name,
    Namespace: name,
    Statistic: z.enum(STATISTICS).optional(),
    ExtendedStatistic: z.string().optional(),
    Dimensions: dimensions.default([]),
    Period: period.optional(),
    Unit: unit.optional(),
  }),
  ({ alarms }, input) => {
    const found = alarms.store.all().filter(({ configuration }) => {
      const same = (["MetricName", "Namespace"] as const).every(
        (member) => configuration[member] === input[member],
      );
      const narrowed = (["Statistic", "ExtendedStatistic", "Period", "Unit"] as const).every(
        (member) => input[member] === undefined || configuration[member] === input[member],
      );
      return (
        same && narrowed && dimensionsKey(configuration.Dimensions ?? []) === dimensionsKey(input.Dimensions)
      );
    });
    return { MetricAlarms: found.map(describeAlarm) };
  },
);

export const DeleteAlarms = define(
  z.strictObject({ AlarmNames: alarmNames }),
  ({ alarms }, { AlarmNames }) => {
    const missing = AlarmNames.filter((alarmName) => !alarms.store.get(alarmName));
    if (missing.length > 0) {
      throw new AwsError("ResourceNotFound", `Alarms not found: ${missing.join(", ")}`, { statusCode: 404 });
    }
    for (const alarmName of AlarmNames) alarms.delete(alarmName);
    return {};
  },
);

export const SetAlarmState = define(
  z.strictObject({
    AlarmName: name,
    StateValue: z.enum(STATES),
    StateReason: z.string().max(1023),
    StateReasonData: z.string().max(4000).optional(),
  }),
  ({ alarms }, { AlarmName, StateValue, StateReason, StateReasonData }) => {
    const alarm = alarms.store.get(AlarmName);
    if (!alarm) throw new AwsError("ResourceNotFound", "", { statusCode: 404 });
    if (StateReasonData !== undefined && !isJson(StateReasonData)) {
      throw new AwsError("InvalidFormat", "StateReasonData was not valid JSON");
    }
    alarms.setState(alarm, { value: StateValue, reason: StateReason, reasonData: StateReasonData });
    return {};
  },
);

const switchActions = (ActionsEnabled: boolean) =>
  define(z.strictObject({ AlarmNames: alarmNames }), ({ alarms }, { AlarmNames }) => {
    for (const alarmName of AlarmNames) {
      const alarm = alarms.store.get(alarmName);
      // As on AWS, a name without an alarm is no error.
      if (alarm) alarms.put({ ...alarm.configuration, ActionsEnabled });
    }
    return {};
  });

export const EnableAlarmActions = switchActions(true);
export const DisableAlarmActions = switchActions(false);

export const DescribeAlarmHistory = define(
  z.strictObject({
    AlarmName: name.optional(),
    AlarmTypes: alarmTypes,
    HistoryItemType: z.enum(["ConfigurationUpdate", "StateUpdate", "Action"]).optional(),
    StartDate: timestamp.optional(),
    EndDate: timestamp.optional(),
    MaxRecords: pageSize,
    NextToken: z.string().optional(),
    ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
  }),
  ({ alarms }, { NextToken, MaxRecords, ...filter }) => {
    const { AlarmName, AlarmTypes, HistoryItemType, StartDate, EndDate, ScanBy } = filter;
    const found = alarms.store
      .history()
      .filter(
        (item) =>
          (AlarmName === undefined || item.alarmName === AlarmName) &&
          (AlarmTypes === undefined || AlarmTypes.includes("MetricAlarm")) &&
          (HistoryItemType === undefined || item.type === HistoryItemType) &&
          (StartDate === undefined || item.at >= StartDate) &&
          (EndDate === undefined || item.at <= EndDate),
      );
    if (ScanBy === "TimestampAscending") found.reverse();
    const { items, next } = page(found, filter, NextToken, MaxRecords);
    return {
      AlarmHistoryItems: items.map((item) => ({
        AlarmName: item.alarmName,
        AlarmType: "MetricAlarm",
        Timestamp: new Date(item.at),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.data,
      })),
      ...next,
    };
  },
);

function page<Item>(found: readonly Item[], question: unknown, token: string | undefined, size: number) {
  const from = token === undefined ? 0 : readPageToken(question, token);
  if (from === undefined) throw new AwsError("InvalidNextToken", "The NextToken is not valid.");
  const more = found.length > from + size;
  return {
    items: found.slice(from, from + size),
    next: more ? { NextToken: pageToken(question, from + size) } : {},
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
