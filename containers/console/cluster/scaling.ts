import {
  type AlarmHistoryItem,
  type CloudWatchClient,
  DescribeAlarmHistoryCommand,
  paginateDescribeAlarms,
} from "@aws-sdk/client-cloudwatch";
import type { ScalingDecision } from "../api/schemas/cluster.ts";
import { lastPart } from "./tasks.ts";

/** What one answer has, and how many lines of the alarms' history are read for them. */
const MAX_DECISIONS = 100;
const MAX_RECORDS = 100;

/** A scaling policy as the action of an alarm. */
interface Policy {
  readonly service: string;
  readonly name: string;
}

/**
 * Decisions to scale services of the cluster, newest first: an alarm's action that asked a scaling policy for another
 * number of tasks, with what the alarm had measured.
 */
export async function listScaling(cloudwatch: CloudWatchClient, cluster: string): Promise<ScalingDecision[]> {
  const alarms = await scalingAlarms(cloudwatch, lastPart(cluster));
  const histories = await Promise.all(
    [...alarms].map(async ([alarm, policies]) => {
      const { AlarmHistoryItems = [] } = await cloudwatch.send(
        new DescribeAlarmHistoryCommand({
          AlarmName: alarm,
          MaxRecords: MAX_RECORDS,
          ScanBy: "TimestampDescending",
        }),
      );
      return decisionsIn(alarm, AlarmHistoryItems, policies);
    }),
  );
  return histories
    .flat()
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, MAX_DECISIONS);
}

/** Alarms whose actions are scaling policies of services of the cluster. */
async function scalingAlarms(cloudwatch: CloudWatchClient, cluster: string): Promise<Map<string, Policy[]>> {
  const found = new Map<string, Policy[]>();
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudwatch }, {})) {
    for (const { AlarmName = "", AlarmActions = [] } of MetricAlarms) {
      const policies = AlarmActions.flatMap((action) => policyOf(action, cluster) ?? []);
      if (policies.length > 0) found.set(AlarmName, policies);
    }
  }
  return found;
}

/** `arn:…:scalingPolicy:<id>:resource/ecs/service/<cluster>/<service>:policyName/<name>`. */
function policyOf(action: string, cluster: string): Policy | undefined {
  const [, ofCluster, service = "", name = ""] =
    /:scalingPolicy:[^:]+:resource\/ecs\/service\/([^/]+)\/([^:]+):policyName\/([^:]+)/.exec(action) ?? [];
  return ofCluster === cluster ? { service, name } : undefined;
}

/** @param history newest first */
export function decisionsIn(
  alarm: string,
  history: readonly AlarmHistoryItem[],
  policies: readonly Policy[],
): ScalingDecision[] {
  return history.flatMap(({ HistoryItemType, HistorySummary = "", Timestamp }, index) => {
    const policy = policies.find(({ name }) => HistorySummary.includes(`policyName/${name}`));
    if (HistoryItemType !== "Action" || Timestamp === undefined || policy === undefined) return [];
    const hasFailed = /^failed/i.test(HistorySummary);
    // The change of state that led to the action is the next one back.
    const change = history.slice(index).find((item) => item.HistoryItemType === "StateUpdate");
    const reason = reasonIn(change?.HistoryData) ?? change?.HistorySummary;
    return {
      id: `${alarm} ${Timestamp.toISOString()} ${policy.name}`,
      service: policy.service,
      at: Timestamp.toISOString(),
      description: `Policy ${policy.name} ${hasFailed ? "could not be asked" : "was asked"} for another number of tasks`,
      cause: reason === undefined ? `Alarm ${alarm}` : `Alarm ${alarm}: ${reason}`,
      status: hasFailed ? ("failed" as const) : ("successful" as const),
      ...(hasFailed ? { statusMessage: HistorySummary } : {}),
    };
  });
}

function reasonIn(data: string | undefined): string | undefined {
  try {
    const { newState } = JSON.parse(data ?? "{}") as { newState?: { stateReason?: unknown } };
    return typeof newState?.stateReason === "string" ? newState.stateReason : undefined;
  } catch {
    return undefined;
  }
}
