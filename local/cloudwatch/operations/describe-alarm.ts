import type { Alarm } from "../alarms/alarm.ts";

/** An alarm as DescribeAlarms shows it. */
export function describeAlarm({ arn, configuration, configured, state }: Alarm) {
  return {
    ...configuration,
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: new Date(configured),
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData,
    StateUpdatedTimestamp: new Date(state.updated),
    StateTransitionedTimestamp: new Date(state.transitioned),
    // An alarm of one metric has dimensions, if none.
    ...(configuration.Metrics ? {} : { Dimensions: configuration.Dimensions ?? [] }),
  };
}
