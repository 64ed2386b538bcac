import type { Alarm, Transition } from "../cloudwatch/create-cloudwatch.ts";
import type { AlarmReport } from "./scaler.ts";

/** What a scaling policy needs to know of an alarm. @param state what it says now; what is kept, when left out */
export function alarmReport(alarm: Alarm, state: Transition["to"] = alarm.state): AlarmReport {
  const { recentDatapoints = [] } = JSON.parse(state.reasonData ?? "{}") as { recentDatapoints?: number[] };
  return {
    name: alarm.configuration.AlarmName,
    state: state.value,
    threshold: alarm.configuration.Threshold,
    breach: alarm.configuration.ComparisonOperator.startsWith("Greater") ? "above" : "below",
    datapoints: recentDatapoints,
  };
}
