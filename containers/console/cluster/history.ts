import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import type { History, Series } from "../api/schemas/cluster.ts";
import { type QueueUrls, queueNameOf } from "./queues.ts";
import { STATES, TASK_METRIC } from "./task-metrics.ts";
import { lastPart } from "./tasks.ts";

/** A measure as CloudWatch is asked for it. */
interface Measure extends Omit<Series, "points"> {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Average" | "Maximum";
}

export interface HistoryOf {
  /** ARN, or name. */
  readonly cluster: string;
  readonly services: readonly string[];
  readonly queues: QueueUrls;
}

/** Points that a series has at most. */
const MAX_POINTS = 300;
/** Periods that CloudWatch keeps, in seconds: finer ones are gone after 15 and 63 days. */
const PERIODS = [60, 300, 3_600, 21_600, 86_400];
const CAPACITIES = ["FARGATE", "FARGATE_SPOT", "EC2"];

/** Tasks by capacity, queues and services over a time. */
export async function readHistory(
  cloudwatch: CloudWatchClient,
  of: HistoryOf,
  from: Date,
  to: Date,
): Promise<History> {
  const seconds = (to.getTime() - from.getTime()) / 1000;
  const periodSeconds = PERIODS.find((period) => seconds / period <= MAX_POINTS) ?? 86_400;
  const measures = measuresOf(of);
  const results = new Map<string, MetricDataResult[]>();
  let nextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: from,
        EndTime: to,
        ScanBy: "TimestampAscending",
        MetricDataQueries: measures.map((measure, index) => queryFor(measure, index, periodSeconds)),
        NextToken: nextToken,
      }),
    );
    for (const result of page.MetricDataResults ?? []) {
      const id = result.Id ?? "";
      results.set(id, [...(results.get(id) ?? []), result]);
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return {
    periodSeconds,
    series: measures.map(({ id, group, label, unit }, index) => ({
      id,
      group,
      label,
      unit,
      points: (results.get(`m${index}`) ?? []).flatMap(pointsOf),
    })),
  };
}

function measuresOf({ cluster, services, queues }: HistoryOf): Measure[] {
  const clusterName = lastPart(cluster);
  const tasks = CAPACITIES.flatMap((capacity) =>
    STATES.map((state) => ({
      id: `tasks.${capacity}.${state.toLowerCase()}`,
      group: "tasks" as const,
      label: `${capacity}, ${state.toLowerCase()}`,
      unit: "count" as const,
      namespace: TASK_METRIC.namespace,
      metric: TASK_METRIC.name,
      dimensions: { Cluster: clusterName, Capacity: capacity, State: state },
      // Each task of the console writes it down.
      statistic: "Maximum" as const,
    })),
  );
  const ofServices = services.flatMap((service) => {
    const dimensions = { ClusterName: clusterName, ServiceName: service };
    const insights = {
      namespace: "ECS/ContainerInsights",
      dimensions,
      statistic: "Average",
      unit: "count",
    } as const;
    const utilization = { namespace: "AWS/ECS", dimensions, statistic: "Average", unit: "percent" } as const;
    const group = "services" as const;
    return [
      {
        ...insights,
        id: `service.${service}.running`,
        group,
        label: `${service}, running`,
        metric: "RunningTaskCount",
      },
      {
        ...insights,
        id: `service.${service}.desired`,
        group,
        label: `${service}, desired`,
        metric: "DesiredTaskCount",
      },
      {
        ...utilization,
        id: `service.${service}.cpu`,
        group,
        label: `${service}, CPU`,
        metric: "CPUUtilization",
      },
      {
        ...utilization,
        id: `service.${service}.memory`,
        group,
        label: `${service}, memory`,
        metric: "MemoryUtilization",
      },
    ];
  });
  const depthOf = (id: string, label: string, url: string) => ({
    id: `${id}.visible`,
    group: "queues" as const,
    label,
    unit: "count" as const,
    namespace: "AWS/SQS",
    metric: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queueNameOf(url) },
    statistic: "Maximum" as const,
  });
  // A queue and its dead letters may go by one name.
  const work = Object.entries(queues.work).map(([name, url]) => depthOf(`queue.${name}`, name, url));
  const deadLetters = Object.entries(queues.deadLetters).map(([name, url]) =>
    depthOf(`dead-letters.${name}`, `${name}, dead letters`, url),
  );
  return [...tasks, ...ofServices, ...work, ...deadLetters];
}

function queryFor(
  { namespace, metric, dimensions, statistic }: Measure,
  index: number,
  periodSeconds: number,
): MetricDataQuery {
  return {
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  };
}

function pointsOf({ Timestamps = [], Values = [] }: MetricDataResult): Series["points"] {
  return Timestamps.map((time, index) => ({ at: time.toISOString(), value: Values[index] ?? 0 }));
}
