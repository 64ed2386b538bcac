import { Duration, Stack } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LegendPosition,
  PeriodOverride,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { failureCause } from "../../events/jobs/job.ts";
import { queueLength } from "../metrics.ts";
import type { NodeFunction } from "../node-function.ts";
import type { MonitoringProps } from "./monitoring.ts";

const MINUTE = Duration.minutes(1);
const HEIGHT = 6;

/** One page: from an upload's wait for its task to what the hour cost. */
export function createDashboard(
  scope: Construct,
  props: MonitoringProps,
  functions: readonly NodeFunction[],
): Dashboard {
  const { stackName } = Stack.of(scope);
  const dashboard = new Dashboard(scope, "Dashboard", {
    dashboardName: stackName,
    defaultInterval: Duration.hours(6),
    periodOverride: PeriodOverride.INHERIT,
  });
  const rows = [launches(props), backlog(props), attempts(props), cost(props), failures(props, functions)];
  for (const row of rows) dashboard.addWidgets(...row);
  return dashboard;
}

function launches({ uploads, workers }: MonitoringProps): IWidget[] {
  const outcomes = ["launched", "deferred", "waiting", "failed", "duplicate", "superseded"] as const;
  return [
    graph(
      "Launch latency: from upload to RunTask",
      ["p50", "p95", "p99"].map((statistic) => uploads.metricLaunchLatency({ statistic, label: statistic })),
      "milliseconds",
    ),
    graph(
      "Launches",
      outcomes.map((outcome) => uploads.metricLaunches(outcome, { label: outcome })),
    ),
    graph("Workers", [
      workers.metricRunningWorkers({ label: "running" }),
      workers.metricPendingWorkers({ label: "pending" }),
      workers.metricDesiredWorkers({ label: "desired" }),
    ]),
  ];
}

function backlog({ uploads }: MonitoringProps): IWidget[] {
  return [
    graph("Backlog of small objects", [
      uploads.metricWaiting({ label: "waiting" }),
      uploads.metricInWork({ label: "in work" }),
    ]),
    graph("Oldest small object", [uploads.metricOldestWait({ label: "age" })], "seconds"),
    graph("Launches that wait", [
      queueLength(uploads.launchQueue, "visible", { label: "due" }),
      queueLength(uploads.launchQueue, "delayed", { label: "later" }),
    ]),
  ];
}

function attempts({ alerts }: MonitoringProps): IWidget[] {
  const outcomes = ["closed", "retried", "failed", "settled"] as const;
  return [
    graph(
      "Attempts that ended wrongly, by cause",
      failureCause.options.map((cause) => alerts.metricFaults(cause, { label: cause })),
    ),
    graph(
      "What became of the jobs of stopped tasks",
      outcomes.map((outcome) => alerts.metricStoppedTasks(outcome, { label: outcome })),
    ),
    graph("Jobs past their deadline", [alerts.metricOverdueJobs({ label: "overdue" })]),
  ];
}

function cost({ batch }: MonitoringProps): IWidget[] {
  return [
    graph(
      "Task seconds of the hour",
      [
        batch.metricHourCost({ label: "cost" }),
        batch.metricHourCostOnePerObject({ label: "at one task per object" }),
      ],
      "US dollars",
    ),
    graph("Objects of the hour", [
      batch.metricHourObjects({ label: "objects" }),
      batch.metricHourFailures({ label: "failed" }),
    ]),
  ];
}

function failures({ platform }: MonitoringProps, functions: readonly NodeFunction[]): IWidget[] {
  const { queues } = platform.deadLetters;
  const handlers = functions.map((each) => each.function);
  return [
    graph(
      "Dead letters",
      queues.map(({ name, queue }) => queueLength(queue, "visible", { label: name })),
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
