import { setTimeout as pause } from "node:timers/promises";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { METRICS_NAMESPACE } from "../../../events/metrics-namespace.ts";
import type { TaskList } from "../api/schemas/cluster.ts";
import { listTasks } from "./tasks.ts";

/** ECS has no metric of tasks by capacity provider, so that the console keeps one of its own. */
export const TASK_METRIC = {
  namespace: METRICS_NAMESPACE,
  name: "Tasks",
  dimensions: ["Cluster", "Capacity", "State"],
} as const;
/** What is written down even when there is none: a line that ends would not say so. */
const CAPACITIES = ["FARGATE", "FARGATE_SPOT", "EC2"];
export const STATES = ["PENDING", "RUNNING"] as const;
const EVERY_MS = 60_000;

/** A state as people count it: whatever comes before RUNNING is pending. */
function stateOf(lastStatus: string): (typeof STATES)[number] {
  return lastStatus === "PROVISIONING" || lastStatus === "PENDING" || lastStatus === "ACTIVATING"
    ? "PENDING"
    : "RUNNING";
}

/** Counts as log lines in CloudWatch's embedded metric format. Source: Amazon CloudWatch user guide, specification. */
export function taskMetricLines(counts: TaskList["counts"], cluster: string, now: Date): string[] {
  const capacities = [...new Set([...CAPACITIES, ...counts.map(({ capacity }) => capacity)])];
  return capacities.flatMap((capacity) =>
    STATES.map((state) => {
      const count = counts
        .filter((entry) => entry.capacity === capacity && stateOf(entry.lastStatus) === state)
        .reduce((sum, entry) => sum + entry.count, 0);
      return JSON.stringify({
        _aws: {
          Timestamp: now.getTime(),
          CloudWatchMetrics: [
            {
              Namespace: TASK_METRIC.namespace,
              Dimensions: [TASK_METRIC.dimensions],
              Metrics: [{ Name: TASK_METRIC.name, Unit: "Count" }],
            },
          ],
        },
        event: "console.tasks",
        Cluster: cluster,
        Capacity: capacity,
        State: state,
        [TASK_METRIC.name]: count,
      });
    }),
  );
}

export interface TaskMetricsOptions {
  readonly ecs: ECSClient;
  readonly cluster: string;
  readonly writeLine: (line: string) => void;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Writes the counts down once a minute, until it is stopped. */
export async function recordTasks({
  ecs,
  cluster,
  writeLine,
  onError,
  signal,
}: TaskMetricsOptions): Promise<void> {
  while (!signal.aborted) {
    try {
      const { counts } = await listTasks(ecs, cluster, "running");
      for (const line of taskMetricLines(counts, cluster.slice(cluster.lastIndexOf("/") + 1), new Date())) {
        writeLine(line);
      }
    } catch (error) {
      onError(error);
    }
    await pause(EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
