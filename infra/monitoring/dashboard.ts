import { Duration, Stack } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LegendPosition,
  Metric,
  PeriodOverride,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { failureCause } from "../../events/jobs/job.ts";
import { METRICS_NAMESPACE } from "../node-function.ts";
import type { MonitoringProps } from "./monitoring.ts";

const MINUTE = Duration.minutes(1);
const HOUR = Duration.hours(1);
const HEIGHT = 6;

/** One page: from an upload's wait for its task to what the hour cost. */
export function createDashboard(scope: Construct, props: MonitoringProps): Dashboard {
  const { stackName } = Stack.of(scope);
  const dashboard = new Dashboard(scope, "Dashboard", {
    dashboardName: stackName,
    defaultInterval: Duration.hours(6),
    periodOverride: PeriodOverride.INHERIT,
  });
  for (const row of [launches(props), backlog(props), attempts(), cost(), failures(props)]) {
    dashboard.addWidgets(...row);
  }
  return dashboard;
}

function launches({ workers, platform }: MonitoringProps): IWidget[] {
  const latency = (statistic: string) =>
    ours("LaunchLatency", "launch-upload", { statistic, label: statistic, period: MINUTE });
  const outcome = (kind: string) =>
    ours(`Upload-${kind}`, "launch-upload", { statistic: "Sum", label: kind, period: MINUTE });
  const insight = (name: string, label: string) =>
    new Metric({
      namespace: "ECS/ContainerInsights",
      metricName: name,
      dimensionsMap: {
        ClusterName: platform.cluster.clusterName,
        ServiceName: workers.service.serviceName,
      },
      statistic: "Average",
      period: MINUTE,
      label,
    });
  return [
    graph("Launch latency: from upload to RunTask", ["p50", "p95", "p99"].map(latency), "milliseconds"),
    graph("Launches", ["launched", "deferred", "waiting", "failed", "duplicate", "superseded"].map(outcome)),
    graph("Workers", [
      insight("RunningTaskCount", "running"),
      insight("PendingTaskCount", "pending"),
      insight("DesiredTaskCount", "desired"),
    ]),
  ];
}

function backlog({ uploads: { jobsQueue, launchQueue } }: MonitoringProps): IWidget[] {
  const at = { period: MINUTE, statistic: "Maximum" };
  return [
    graph("Backlog of small objects", [
      jobsQueue.metricApproximateNumberOfMessagesVisible({ ...at, label: "waiting" }),
      jobsQueue.metricApproximateNumberOfMessagesNotVisible({ ...at, label: "in work" }),
    ]),
    graph(
      "Oldest small object",
      [jobsQueue.metricApproximateAgeOfOldestMessage({ ...at, label: "age" })],
      "seconds",
    ),
    graph("Launches that wait", [
      launchQueue.metricApproximateNumberOfMessagesVisible({ ...at, label: "due" }),
      launchQueue.metricApproximateNumberOfMessagesDelayed({ ...at, label: "later" }),
    ]),
  ];
}

function attempts(): IWidget[] {
  const counted = (prefix: string) => (name: string) =>
    ours(`${prefix}-${name}`, "on-task-stopped", { statistic: "Sum", label: name, period: MINUTE });
  return [
    graph("Attempts that ended wrongly, by cause", failureCause.options.map(counted("Fault"))),
    graph(
      "What became of the jobs of stopped tasks",
      ["closed", "retried", "failed", "settled"].map(counted("StoppedTask")),
    ),
    graph("Jobs past their deadline", [
      ours("OverdueJobs", "stop-overdue", { statistic: "Sum", label: "overdue", period: MINUTE }),
    ]),
  ];
}

function cost(): IWidget[] {
  // An hour that is rolled up again is reported again: the largest is the last word.
  const hourly = (metricName: string, label: string) =>
    new Metric({ namespace: METRICS_NAMESPACE, metricName, statistic: "Maximum", period: HOUR, label });
  return [
    graph(
      "Task seconds of the hour",
      [hourly("HourCost", "cost"), hourly("HourCostOnePerObject", "at one task per object")],
      "US dollars",
    ),
    graph("Objects of the hour", [hourly("HourObjects", "objects"), hourly("HourFailures", "failed")]),
  ];
}

function failures({ platform, functions }: MonitoringProps): IWidget[] {
  const { queues } = platform.deadLetters;
  const handlers = functions.map((each) => each.function);
  return [
    graph(
      "Dead letters",
      queues.map(({ name, queue }) =>
        queue.metricApproximateNumberOfMessagesVisible({
          period: MINUTE,
          statistic: "Maximum",
          label: name,
        }),
      ),
    ),
    graph("Errors of functions", [
      ...handlers.map((handler) => handler.metricErrors({ period: MINUTE })),
      ...handlers.map((handler) => handler.metricThrottles({ period: MINUTE })),
    ]),
    new AlarmStatusWidget({
      title: "Dead letters",
      alarms: queues.map(({ alarm }) => alarm),
      height: HEIGHT,
      width: 8,
    }),
  ];
}

/** A metric that a function puts out by powertools, which names the function as its service. */
function ours(
  metricName: string,
  service: string,
  props: { readonly statistic: string; readonly label: string; readonly period: Duration },
): Metric {
  return new Metric({ namespace: METRICS_NAMESPACE, metricName, dimensionsMap: { service }, ...props });
}

function graph(title: string, left: readonly IMetric[], unit?: string): GraphWidget {
  return new GraphWidget({
    title,
    left: [...left],
    width: 8,
    height: HEIGHT,
    legendPosition: LegendPosition.BOTTOM,
    leftYAxis: { min: 0, ...(unit === undefined ? { showUnits: false } : { label: unit, showUnits: false }) },
  });
}
